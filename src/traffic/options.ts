/** What is asked of iperf3: argv for the two ends of a pair. */
import type { Protocol, Stratum } from '../scenario/scenario.js';

/** IPv4 header without options, and UDP header. */
const IP_AND_UDP_HEADERS = 20 + 8;
/** Milliseconds until a client gives up a path that does not answer; the kernel would try for two minutes. */
const CONNECT_TIMEOUT = 10_000;

export interface ServerOptions {
  port: number;
  /** The CPU to be bound to. */
  cpu?: number | undefined;
  /** The only local address to listen on. */
  bindAddress?: string | undefined;
}

export interface ClientOptions {
  /** The server's. */
  address: string;
  port: number;
  protocol: Protocol;
  /** Whole seconds; iperf3 takes no fractions. */
  seconds: number;
  /** MTU of the path. */
  mtu: number;
  /** TCP: `cubic` unless given, so that it is never inherited from the host. */
  congestionControl?: string | undefined;
  /** UDP: `fit` unless given. */
  udpLength?: Stratum['udpLength'] | undefined;
  cpu?: number | undefined;
}

/** UDP payload bytes of one datagram; `fit` is the largest that crosses the MTU in one piece. */
export function datagramBytes(udpLength: number | 'fit', mtu: number): number {
  return udpLength === 'fit' ? mtu - IP_AND_UDP_HEADERS : udpLength;
}

/** A server that serves one test after another until it is killed, and prints a JSON document for each. */
export function serverArgv({ port, cpu, bindAddress }: ServerOptions): string[] {
  const bind = bindAddress === undefined ? [] : ['-B', bindAddress];
  return [...onCpu(cpu), 'iperf3', '-s', '-p', String(port), ...bind, ...JSON_ONLY];
}

/** A client that sends as fast as it can. */
export function clientArgv(options: ClientOptions): string[] {
  const {
    address,
    port,
    protocol,
    seconds,
    mtu,
    congestionControl = 'cubic',
    udpLength = 'fit',
    cpu,
  } = options;
  const traffic =
    protocol === 'tcp'
      ? ['-C', congestionControl]
      : ['-u', '-b', '0', '-l', String(datagramBytes(udpLength, mtu))];
  const target = ['-c', address, '-p', String(port), '--connect-timeout', String(CONNECT_TIMEOUT)];
  return [...onCpu(cpu), 'iperf3', ...target, '-t', String(seconds), ...traffic, ...JSON_ONLY];
}

/** No interval reports: `end` keeps everything (retransmits, loss, jitter), and the process is left alone. */
const JSON_ONLY = ['-J', '-i', '0'];

/**
 * taskset and not iperf3's `-A`: it holds for the whole process from its first instruction, each end is bound by
 * itself, and it needs nothing of how iperf3 was built.
 */
function onCpu(cpu: number | undefined): string[] {
  return cpu === undefined ? [] : ['taskset', '-c', String(cpu)];
}
