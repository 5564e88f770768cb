/**
 * Which counters tell what each flow received (METHOD.md, section 2). One meter per protocol and counter source;
 * a meter knows what the sampler must read and how to turn a pass into payload bytes.
 */
import { nodeOf, processId, type ProcessId } from '../nodes/process.js';
import type { CounterSource } from '../plan/plan.js';
import type { FlowRecord, UdpCounts } from '../results/record.js';
import type { Protocol } from '../scenario/scenario.js';
import type { Counters, DeviceCounters, Pass } from './pass.js';
import type { ProcessFile, Reading, Sampler } from './samplers.js';

/** A pair's two processes, and the server's port. */
export interface FlowProcesses {
  pair: number;
  server: ProcessId;
  client: ProcessId;
  port: number;
  /** The server's device. */
  device: string;
}

/** Ethernet, IPv4, and TCP with timestamps (on in every namespace we make), once per packet as it arrives. */
const TCP_HEADERS = 14 + 20 + 32;

const NAMESPACE_COUNTERS = '^(Ip|Udp|Tcp|TcpExt|IpExt):.[0-9]';
const SOCKET_ROWS = '^[[:space:]]*[0-9]+:';
const MACHINE = '^(cpu|[[:space:]]+[A-Z_]+:)';
const MACHINE_FILES = ['/proc/stat', '/proc/softirqs'];

export interface Meter {
  source: FlowRecord['source'];
  /** What tells the payload of some flows; cheap. */
  beat: (flows: FlowProcesses[]) => Reading;
  /** All that is to be known of them; complete. */
  edge: (flows: FlowProcesses[]) => Reading;
  /** Whether its passes read the TCP sockets. */
  sockets: boolean;
  /** Whether what is sent is told by the clients themselves, so that their processes must be known. */
  clientsTell?: true;
  /** Cumulative payload bytes that arrived, in the order of `flows`; undefined where no counter tells one flow. */
  flowBytes: (pass: Pass, flows: FlowProcesses[]) => (number | undefined)[];
  /** Cumulative payload bytes of all flows together. */
  totalBytes: (pass: Pass, flows: FlowProcesses[]) => number;
  /** Which flows have begun to send payload, as opposed to iperf3's own messages. */
  sending: (pass: Pass, flows: FlowProcesses[]) => boolean[];
}

/** More than an iperf3 client says on its control connection before it sends: cookie, parameters, hello. */
const CONTROL_BYTES = 4096;

/** More than iperf3's control messages or a few repeated UDP hellos bring. */
const PAYLOAD_BEGUN = { tcpBytes: 65_536, datagrams: 16 };

/** Chooses the meter. `datagramBytes` is the UDP payload of one datagram. */
export function createMeter(protocol: Protocol, counters: CounterSource, datagramBytes: number): Meter {
  if (counters === 'device') return protocol === 'tcp' ? deviceTcp : deviceUdp(datagramBytes);
  return protocol === 'tcp' ? socketTcp : sharedUdp(datagramBytes);
}

const filesOf = (processes: ProcessId[], ...names: string[]): ProcessFile[] =>
  processes.flatMap((process) => names.map((name) => ({ process, file: `net/${name}` })));

/** Lines of the devices that servers receive on. */
const devicesOf = (flows: FlowProcesses[]): string =>
  `^[[:space:]]*(${[...new Set(flows.map(({ device }) => device))].join('|')}):`;

/** Tells the sampler what `beat` passes (often) and `edge` passes (rarely) read. */
export async function definePasses(sampler: Sampler, meter: Meter, flows: FlowProcesses[]): Promise<void> {
  await sampler.define('beat', meter.beat(flows));
  await sampler.define('edge', meter.edge(flows));
}

function edgeOf(flows: FlowProcesses[], servers: ProcessId[], clients: ProcessId[]): Reading {
  return {
    pattern: `${devicesOf(flows)}|${NAMESPACE_COUNTERS}|${MACHINE}`,
    files: [...filesOf(servers, 'dev', 'snmp', 'netstat'), ...filesOf(clients, 'snmp')],
    everywhere: MACHINE_FILES,
  };
}

/** Where every end has a namespace of its own, and where those on a node share it. */
const edgeOfEach = (flows: FlowProcesses[]): Reading => edgeOf(flows, serversOf(flows), clientsOf(flows));
const edgeOfNodes = (flows: FlowProcesses[]): Reading =>
  edgeOf(flows, firstProcesses(serversOf(flows)), otherNodes(flows));

const serversOf = (flows: FlowProcesses[]): ProcessId[] => flows.map(({ server }) => server);
const clientsOf = (flows: FlowProcesses[]): ProcessId[] => flows.map(({ client }) => client);

/** The first process of each node that some processes are on: it is in the namespace that they share. */
export function firstProcesses(processes: ProcessId[]): ProcessId[] {
  return [...new Set(processes.map(firstOf))];
}

const firstOf = (process: ProcessId): ProcessId => processId(nodeOf(process), 1);
const sum = (values: (number | undefined)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** TCP in namespaces of their own: what the server's device received, less headers. */
const deviceTcp: Meter = {
  source: 'device',
  sockets: false,
  beat: (flows) => ({ pattern: devicesOf(flows), files: filesOf(serversOf(flows), 'dev') }),
  edge: edgeOfEach,
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
    beat: (flows) => ({ pattern: '^Udp:.[0-9]', files: filesOf(serversOf(flows), 'snmp') }),
    edge: edgeOfEach,
    flowBytes,
    totalBytes: (pass, flows) => sum(flowBytes(pass, flows)),
    sending: (pass, flows) => above(flowBytes(pass, flows), PAYLOAD_BEGUN.datagrams * datagramBytes),
  };
}

/**
 * TCP with all servers of a node in its own namespace: what each server's data socket received, and for the total what
 * their device did: a segment without payload, such as an acknowledgement, is all headers and adds nothing.
 */
const socketTcp: Meter = {
  source: 'socket',
  sockets: true,
  beat: (flows) => ({
    pattern: devicesOf(flows),
    files: filesOf(firstProcesses(serversOf(flows)), 'dev'),
  }),
  edge: edgeOfNodes,
  flowBytes(pass, flows) {
    const bytes = new Map<ProcessId, number>();
    for (const { node, localPort, bytesReceived } of pass.sockets) {
      const id = processId(node, localPort);
      bytes.set(id, Math.max(bytes.get(id) ?? 0, bytesReceived));
    }
    return flows.map(({ server, port }) => bytes.get(processId(nodeOf(server), port)) ?? 0);
  },
  totalBytes: (pass, flows) => {
    const device = flows[0]?.device ?? '';
    return sum(firstProcesses(serversOf(flows)).map((node) => payloadOf(pass.devices.get(node)?.[device])));
  },
  sending: (pass, flows) => above(socketTcp.flowBytes(pass, flows), PAYLOAD_BEGUN.tcpBytes),
};

/** Nodes that only have clients. */
function otherNodes(flows: FlowProcesses[]): ProcessId[] {
  const nodes = new Set(firstProcesses(serversOf(flows)));
  return firstProcesses(clientsOf(flows)).filter((node) => !nodes.has(node));
}

/**
 * UDP with all servers of a node in its own namespace: only the total is counted; single flows are told by iperf3's
 * servers, and that one has begun by what its client has written. A server that is connected does not tell that: its
 * client may still wait for the answer to its hello, and one that is stopped then gives up when it goes on (EINTR).
 */
function sharedUdp(datagramBytes: number): Meter {
  return {
    source: 'iperf3-server',
    sockets: false,
    clientsTell: true,
    beat: (flows) => ({
      pattern: `^Udp:.[0-9]|^wchar:|${SOCKET_ROWS}`,
      files: [
        ...filesOf(firstProcesses(serversOf(flows)), 'snmp', 'udp', 'udp6'),
        ...clientsOf(flows).map((process) => ({ process, file: 'io' })),
      ],
    }),
    edge: edgeOfNodes,
    flowBytes: (_pass, flows) => flows.map(() => undefined),
    totalBytes: (pass, flows) =>
      sum(
        firstProcesses(serversOf(flows)).map((node) =>
          scale(pass.namespaces.get(node)?.['Udp.InDatagrams'], datagramBytes),
        ),
      ),
    sending: (pass, flows) =>
      flows.map(({ client, server, port }) => {
        const written = pass.written.get(client);
        if (written === undefined) return pass.connectedUdp.get(firstOf(server))?.has(port) ?? false;
        return written > Math.max(CONTROL_BYTES, PAYLOAD_BEGUN.datagrams * datagramBytes);
      }),
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
export function udpBetween(open: Pass, close: Pass, server: ProcessId, client: ProcessId): UdpCounts {
  const at = (process: ProcessId, name: string): number =>
    delta(open.namespaces.get(process), close.namespaces.get(process), name);
  return {
    sent: at(client, 'Udp.OutDatagrams'),
    received: at(server, 'Udp.InDatagrams'),
    receiveBufferErrors: at(server, 'Udp.RcvbufErrors'),
    receiveErrors: at(server, 'Udp.InErrors') - at(server, 'Udp.RcvbufErrors'),
    reassemblyFailures: at(server, 'Ip.ReasmFails'),
  };
}

/** TCP segments between two edge passes, summed over pairs. */
export function tcpBetween(
  open: Pass,
  close: Pass,
  servers: ProcessId[],
  clients: ProcessId[],
): { retransmits: number; duplicates: number; segmentsReceived: number } {
  const total = (processes: ProcessId[], name: string): number =>
    sum(processes.map((process) => delta(open.namespaces.get(process), close.namespaces.get(process), name)));
  return {
    retransmits: total(clients, 'Tcp.RetransSegs'),
    duplicates: total(servers, 'TcpExt.TCPDSACKOldSent'),
    segmentsReceived: total(servers, 'Tcp.InSegs'),
  };
}

function delta(before: Counters | undefined, after: Counters | undefined, name: string): number {
  return (after?.[name] ?? NaN) - (before?.[name] ?? NaN);
}
