/**
 * Which counters tell what each flow received (METHOD.md, section 2). One meter per protocol and counter source;
 * a meter knows what the sampler must read and how to turn a pass into payload bytes.
 */
import { nodeOf, processId, type ProcessId } from '../nodes/process.js';
import type { CounterSource } from '../plan/plan.js';
import type { FlowSource, UdpCounts } from '../results/record.js';
import type { Protocol } from '../scenario/scenario.js';
import type { Counters, DeviceCounters, Pass } from './pass.js';
import type { ProcessFile, Reading, Sampler } from './samplers.js';

/** A pair's two processes. */
export interface FlowProcesses {
  pair: number;
  server: ProcessId;
  client: ProcessId;
  /** The server's device. */
  device: string;
}

/** Ethernet, IPv4, and TCP with timestamps (on in every namespace we make), once per packet as it arrives. */
const TCP_HEADERS = 14 + 20 + 32;

const NAMESPACE_COUNTERS = '^(Ip|Udp|Tcp|TcpExt|IpExt):.[0-9]';
const UDP_COUNTERS = '^Udp:.[0-9]';
const ACCOUNT = '^rchar:';
const MACHINE = '^(cpu|[[:space:]]+[A-Z_]+:)';
const MACHINE_FILES = ['/proc/stat', '/proc/softirqs'];

export interface Meter {
  source: FlowSource;
  /** What tells the payload of some flows; cheap. */
  beat: (flows: FlowProcesses[]) => Reading;
  /** All that is to be known of them; complete. */
  edge: (flows: FlowProcesses[]) => Reading;
  /** More bytes than a flow's counter grows by before its client sends payload. */
  beforePayload: number;
  /** Cumulative bytes of each, in the order of `flows`: payload, and beforehand iperf3's own. Undefined if not read. */
  flowBytes: (pass: Pass, flows: FlowProcesses[]) => (number | undefined)[];
  /** Cumulative payload bytes of all flows together. */
  totalBytes: (pass: Pass, flows: FlowProcesses[]) => number;
}

/** More than iperf3's control messages or a few repeated UDP hellos bring. */
const BEFORE_PAYLOAD = { tcpBytes: 65_536, datagrams: 16 };

/**
 * What an iperf3 server reads beside payload: for each test random bytes to fill its buffer, of 128 KiB for TCP and a
 * datagram for UDP, and what is said on the control connection.
 */
const READ_BEFORE_PAYLOAD = { tcpBytes: 262_144, udpBytes: 16_384 };

/** Chooses the meter. `datagramBytes` is the UDP payload of one datagram. */
export function createMeter(protocol: Protocol, counters: CounterSource, datagramBytes: number): Meter {
  if (counters === 'device') return protocol === 'tcp' ? deviceTcp : deviceUdp(datagramBytes);
  return protocol === 'tcp' ? sharedTcp : sharedUdp(datagramBytes);
}

const filesOf = (processes: ProcessId[], ...files: string[]): ProcessFile[] =>
  processes.flatMap((process) => files.map((file) => ({ process, file })));

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
    pattern: `${devicesOf(flows)}|${NAMESPACE_COUNTERS}|${ACCOUNT}|${MACHINE}`,
    files: [...filesOf(servers, 'net/dev', 'net/snmp', 'net/netstat'), ...filesOf(clients, 'net/snmp')],
    everywhere: MACHINE_FILES,
  };
}

const serversOf = (flows: FlowProcesses[]): ProcessId[] => flows.map(({ server }) => server);
const clientsOf = (flows: FlowProcesses[]): ProcessId[] => flows.map(({ client }) => client);

/** The first process of each node that some processes are on: it is in the namespace that they share. */
export function firstProcesses(processes: ProcessId[]): ProcessId[] {
  return [...new Set(processes.map((process) => processId(nodeOf(process), 1)))];
}

const sum = (values: (number | undefined)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** Where every end has a namespace of its own. */
const edgeOfEach = (flows: FlowProcesses[]): Reading => edgeOf(flows, serversOf(flows), clientsOf(flows));

/** TCP in namespaces of their own: what the server's device received, less headers. */
const deviceTcp: Meter = {
  source: 'device',
  beat: (flows) => ({ pattern: devicesOf(flows), files: filesOf(serversOf(flows), 'net/dev') }),
  edge: edgeOfEach,
  beforePayload: BEFORE_PAYLOAD.tcpBytes,
  flowBytes: (pass, flows) =>
    flows.map(({ server, device }) => payloadOf(pass.devices.get(server)?.[device])),
  totalBytes: (pass, flows) => sum(deviceTcp.flowBytes(pass, flows)),
};

/** UDP in namespaces of their own: datagrams delivered to the server's socket. */
function deviceUdp(datagramBytes: number): Meter {
  const flowBytes: Meter['flowBytes'] = (pass, flows) =>
    flows.map(({ server }) => deliveredTo(pass, server, datagramBytes));
  return {
    source: 'device',
    beat: (flows) => ({ pattern: UDP_COUNTERS, files: filesOf(serversOf(flows), 'net/snmp') }),
    edge: edgeOfEach,
    beforePayload: BEFORE_PAYLOAD.datagrams * datagramBytes,
    flowBytes,
    totalBytes: (pass, flows) => sum(flowBytes(pass, flows)),
  };
}

/**
 * Where all ends on a node share its namespace, a flow is what its server has read, by the kernel's account of that
 * process. To ask for each socket's counters (`ss`) would wait for every socket that is in use.
 */
const sharedFlows: Pick<Meter, 'source' | 'edge' | 'flowBytes'> = {
  source: 'process',
  edge: (flows) => {
    const { files, ...edge } = edgeOf(flows, firstProcesses(serversOf(flows)), otherNodes(flows));
    return { ...edge, files: [...files, ...filesOf(serversOf(flows), 'io')] };
  },
  flowBytes: (pass, flows) => flows.map(({ server }) => pass.read.get(server)),
};

/**
 * TCP with all servers of a node in its own namespace; the total is what their device received: a segment without
 * payload, such as an acknowledgement, is all headers and adds nothing.
 */
const sharedTcp: Meter = {
  ...sharedFlows,
  beat: (flows) => ({
    pattern: `${devicesOf(flows)}|${ACCOUNT}`,
    files: [...filesOf(firstProcesses(serversOf(flows)), 'net/dev'), ...filesOf(serversOf(flows), 'io')],
  }),
  beforePayload: READ_BEFORE_PAYLOAD.tcpBytes,
  totalBytes: (pass, flows) => {
    const device = flows[0]?.device ?? '';
    return sum(firstProcesses(serversOf(flows)).map((node) => payloadOf(pass.devices.get(node)?.[device])));
  },
};

/** UDP with all servers of a node in its own namespace; the total is what was delivered in it. */
function sharedUdp(datagramBytes: number): Meter {
  return {
    ...sharedFlows,
    beat: (flows) => ({
      pattern: `${UDP_COUNTERS}|${ACCOUNT}`,
      files: [...filesOf(firstProcesses(serversOf(flows)), 'net/snmp'), ...filesOf(serversOf(flows), 'io')],
    }),
    beforePayload: READ_BEFORE_PAYLOAD.udpBytes + BEFORE_PAYLOAD.datagrams * datagramBytes,
    totalBytes: (pass, flows) =>
      sum(firstProcesses(serversOf(flows)).map((node) => deliveredTo(pass, node, datagramBytes))),
  };
}

/** Nodes that only have clients. */
function otherNodes(flows: FlowProcesses[]): ProcessId[] {
  const nodes = new Set(firstProcesses(serversOf(flows)));
  return firstProcesses(clientsOf(flows)).filter((node) => !nodes.has(node));
}

/** TCP payload that a device has received. */
function payloadOf(counters: DeviceCounters | undefined): number | undefined {
  return counters && counters.rxBytes - counters.rxPackets * TCP_HEADERS;
}

/** UDP payload that was delivered in a process's namespace. */
function deliveredTo({ namespaces }: Pass, process: ProcessId, datagramBytes: number): number | undefined {
  const datagrams = namespaces.get(process)?.['Udp.InDatagrams'];
  return datagrams === undefined ? undefined : datagrams * datagramBytes;
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
