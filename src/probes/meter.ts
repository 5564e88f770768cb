/**
 * Which counters tell what each flow received (METHOD.md, section 2). One meter per protocol and counter source;
 * a meter knows what the sampler must read and how to turn a pass into payload bytes.
 */
import type { CounterSource } from '../plan/plan.js';
import type { FlowRecord, UdpCounts } from '../results/record.js';
import type { Protocol } from '../scenario/scenario.js';
import type { Counters, DeviceCounters, Pass } from './pass.js';
import type { Sampler } from './sampler.js';

/** A pair's two processes, as pids inside the testbed, and the server's port. */
export interface FlowProcesses {
  pair: number;
  server: number;
  client: number;
  port: number;
  /** The server's device. */
  device: string;
}

/** Ethernet, IPv4, and TCP with timestamps (on in every namespace we make), once per packet as it arrives. */
const TCP_HEADERS = 14 + 20 + 32;

const NAMESPACE_COUNTERS = '^(Ip|Udp|Tcp|TcpExt|IpExt):.[0-9]';
const DEVICES = '^[[:space:]]*(eth0|lo):';
const SOCKET_ROWS = '^[[:space:]]*[0-9]+:';
const MACHINE = '^(cpu|[[:space:]]+[A-Z_]+:)';
const MACHINE_FILES = ['/proc/stat', '/proc/softirqs'];

export interface Meter {
  source: FlowRecord['source'];
  /** Tells the sampler what `beat` passes (often, cheap) and `edge` passes (complete) read. */
  define: (sampler: Sampler, flows: FlowProcesses[]) => Promise<void>;
  /** Whether its passes read the TCP sockets. */
  sockets: boolean;
  /** Cumulative payload bytes that arrived, in the order of `flows`; undefined where no counter tells one flow. */
  flowBytes: (pass: Pass, flows: FlowProcesses[]) => (number | undefined)[];
  /** Cumulative payload bytes of all flows together. */
  totalBytes: (pass: Pass, flows: FlowProcesses[]) => number;
  /** Which flows have begun to send payload, as opposed to iperf3's own messages. */
  sending: (pass: Pass, flows: FlowProcesses[]) => boolean[];
}

/** More than iperf3's control messages or a few repeated UDP hellos bring. */
const PAYLOAD_BEGUN = { tcpBytes: 65_536, datagrams: 16 };

/** Chooses the meter. `datagramBytes` is the UDP payload of one datagram. */
export function createMeter(protocol: Protocol, counters: CounterSource, datagramBytes: number): Meter {
  if (counters === 'device') return protocol === 'tcp' ? deviceTcp : deviceUdp(datagramBytes);
  return protocol === 'tcp' ? socketTcp : sharedUdp(datagramBytes);
}

const filesOf = (pids: number[], ...names: string[]): string[] =>
  pids.flatMap((pid) => names.map((name) => `/proc/${pid}/net/${name}`));

async function defineEdge(sampler: Sampler, servers: number[], clients: number[]): Promise<void> {
  const files = [
    ...filesOf(servers, 'dev', 'snmp', 'netstat'),
    ...filesOf(clients, 'snmp'),
    ...MACHINE_FILES,
  ];
  await sampler.define('edge', `${DEVICES}|${NAMESPACE_COUNTERS}|${MACHINE}`, files);
}

const servers = (flows: FlowProcesses[]): number[] => flows.map(({ server }) => server);
const clients = (flows: FlowProcesses[]): number[] => flows.map(({ client }) => client);
const sum = (values: (number | undefined)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** TCP in namespaces of their own: what the server's device received, less headers. */
const deviceTcp: Meter = {
  source: 'device',
  sockets: false,
  async define(sampler, flows) {
    await sampler.define('beat', DEVICES, filesOf(servers(flows), 'dev'));
    await defineEdge(sampler, servers(flows), clients(flows));
  },
  flowBytes: (pass, flows) =>
    flows.map(({ server, device }) => payloadOf(pass.devices.get(server)?.[device])),
  totalBytes: (pass, flows) => sum(deviceTcp.flowBytes(pass, flows)),
  sending: (pass, flows) => above(deviceTcp.flowBytes(pass, flows), PAYLOAD_BEGUN.tcpBytes),
};

/** UDP in namespaces of their own: datagrams delivered to the server's socket. */
function deviceUdp(datagramBytes: number): Meter {
  const flowBytes: Meter['flowBytes'] = (pass, flows) =>
    flows.map(({ server }) => scale(pass.namespaces.get(server)?.['Udp.InDatagrams'], datagramBytes));
  return {
    source: 'device',
    sockets: false,
    async define(sampler, flows) {
      await sampler.define('beat', '^Udp:.[0-9]', filesOf(servers(flows), 'snmp'));
      await defineEdge(sampler, servers(flows), clients(flows));
    },
    flowBytes,
    totalBytes: (pass, flows) => sum(flowBytes(pass, flows)),
    sending: (pass, flows) => above(flowBytes(pass, flows), PAYLOAD_BEGUN.datagrams * datagramBytes),
  };
}

/**
 * TCP with all pairs in one namespace: what each server's data socket received, and for the total what `lo` did: a
 * segment without payload, such as an acknowledgement, is all headers and adds nothing.
 */
const socketTcp: Meter = {
  source: 'socket',
  sockets: true,
  async define(sampler) {
    await sampler.define('beat', DEVICES, filesOf([1], 'dev'));
    await defineEdge(sampler, [1], []);
  },
  flowBytes(pass, flows) {
    const bytes = new Map<number, number>();
    for (const socket of pass.sockets) {
      bytes.set(socket.localPort, Math.max(bytes.get(socket.localPort) ?? 0, socket.bytesReceived));
    }
    return flows.map(({ port }) => bytes.get(port) ?? 0);
  },
  totalBytes: (pass) => payloadOf(pass.devices.get(1)?.['lo']) ?? 0,
  sending: (pass, flows) => above(socketTcp.flowBytes(pass, flows), PAYLOAD_BEGUN.tcpBytes),
};

/** UDP with all pairs in one namespace: only the total is counted; single flows are told by iperf3's servers. */
function sharedUdp(datagramBytes: number): Meter {
  return {
    source: 'iperf3-server',
    sockets: false,
    async define(sampler) {
      await sampler.define('beat', `^Udp:.[0-9]|${SOCKET_ROWS}`, filesOf([1], 'snmp', 'udp', 'udp6'));
      await defineEdge(sampler, [1], []);
    },
    flowBytes: (_pass, flows) => flows.map(() => undefined),
    totalBytes: (pass) => scale(pass.namespaces.get(1)?.['Udp.InDatagrams'], datagramBytes) ?? 0,
    sending: (pass, flows) => flows.map(({ port }) => pass.connectedUdp.get(1)?.has(port) ?? false),
  };
}

/** TCP payload that a device has received. */
function payloadOf(counters: DeviceCounters | undefined): number | undefined {
  return counters && counters.rxBytes - counters.rxPackets * TCP_HEADERS;
}

function above(values: (number | undefined)[], bound: number): boolean[] {
  return values.map((value) => value !== undefined && value > bound);
}

function scale(count: number | undefined, factor: number): number | undefined {
  return count === undefined ? undefined : count * factor;
}

/** UDP datagrams between two edge passes, from the sender's and the receiver's namespace. */
export function udpBetween(open: Pass, close: Pass, serverPid: number, clientPid: number): UdpCounts {
  const at = (pid: number, name: string): number =>
    delta(open.namespaces.get(pid), close.namespaces.get(pid), name);
  return {
    sent: at(clientPid, 'Udp.OutDatagrams'),
    received: at(serverPid, 'Udp.InDatagrams'),
    receiveBufferErrors: at(serverPid, 'Udp.RcvbufErrors'),
    receiveErrors: at(serverPid, 'Udp.InErrors') - at(serverPid, 'Udp.RcvbufErrors'),
    reassemblyFailures: at(serverPid, 'Ip.ReasmFails'),
  };
}

/** TCP segments between two edge passes, summed over pairs. */
export function tcpBetween(
  open: Pass,
  close: Pass,
  serverPids: number[],
  clientPids: number[],
): { retransmits: number; duplicates: number; segmentsReceived: number } {
  const total = (pids: number[], name: string): number =>
    sum(pids.map((pid) => delta(open.namespaces.get(pid), close.namespaces.get(pid), name)));
  return {
    retransmits: total(clientPids, 'Tcp.RetransSegs'),
    duplicates: total(serverPids, 'TcpExt.TCPDSACKOldSent'),
    segmentsReceived: total(serverPids, 'Tcp.InSegs'),
  };
}

function delta(before: Counters | undefined, after: Counters | undefined, name: string): number {
  return (after?.[name] ?? NaN) - (before?.[name] ?? NaN);
}
