/** What one pass of the sampler read, as numbers. Pure: text in, counters out. */
import { fail } from '../failures.js';
import type { CpuTimes } from '../results/record.js';

/** Of a network device, from /proc/<pid>/net/dev. */
export interface DeviceCounters {
  rxBytes: number;
  rxPackets: number;
}

/** Named counters of one namespace: `Udp.InDatagrams`, `TcpExt.TCPDSACKOldSent`, ... */
export type Counters = Record<string, number>;

export interface Pass {
  /** Seconds since boot on the machine's own clock, read before the first and after the last file. */
  begin: number;
  end: number;
  /** By pid of a process in the namespace, then by device. */
  devices: Map<number, Record<string, DeviceCounters>>;
  namespaces: Map<number, Counters>;
  /** Local address and port to bytes received, of established TCP sockets, in the order of `ss`. */
  sockets: { localPort: number; bytesReceived: number }[];
  /** Local ports of UDP sockets that are connected to a peer, and of listening TCP sockets, by pid. */
  connectedUdp: Map<number, Set<number>>;
  listening: Map<number, Set<number>>;
  cpu: { total?: CpuTimes; perCore: CpuTimes[] };
  softirqs: Record<string, number>;
}

/** Column names of /proc/net/snmp and netstat, by protocol; they differ between kernels. */
export type Columns = Record<string, string[]>;

const TICKS_PER_SECOND = 100;

function emptyPass(): Pass {
  return {
    begin: NaN,
    end: NaN,
    devices: new Map(),
    namespaces: new Map(),
    sockets: [],
    connectedUdp: new Map(),
    listening: new Map(),
    cpu: { perCore: [] },
    softirqs: {},
  };
}

/** Reads `Udp: InDatagrams NoPorts ...` lines, as `grep -H` prints them, into column names. */
export function parseColumns(text: string): Columns {
  const columns: Columns = {};
  for (const match of text.matchAll(/^[^:]+:(\w+): ([A-Z].*)$/gm)) columns[match[1]!] = match[2]!.split(' ');
  return columns;
}

/** Parses the answer to one `pass` request. Errors: `sampling` if the clock's stamps are missing. */
export function parsePass(text: string, columns: Columns): Pass {
  const pass = emptyPass();
  for (const line of text.split('\n')) {
    if (line.startsWith('/proc/')) readLine(pass, line, columns);
    else if (line.includes('bytes_received:')) readSocket(pass, line);
  }
  if (!(pass.begin <= pass.end))
    fail('sampling', "a sampler's pass came without its two time stamps", text.slice(0, 500));
  return pass;
}

/** Dispatches one `file:content` line by the file's name. */
function readLine(pass: Pass, line: string, columns: Columns): void {
  const colon = line.indexOf(':');
  const [, , owner = '', ...rest] = line.slice(0, colon).split('/');
  const content = line.slice(colon + 1);
  const file = rest.join('/');
  const pid = Number(owner);
  if (file === 'net/dev') readDevice(pass, pid, content);
  else if (file === 'net/snmp' || file === 'net/netstat') readCounters(pass, pid, content, columns);
  else if (file === 'net/udp' || file === 'net/udp6') readUdpSocket(pass, pid, content);
  else if (file === 'net/tcp' || file === 'net/tcp6') readListener(pass, pid, content);
  else if (owner === 'uptime') readClock(pass, content);
  else if (owner === 'stat') readCpu(pass, content);
  else if (owner === 'softirqs') readSoftirq(pass, content);
}

function readClock(pass: Pass, content: string): void {
  const seconds = Number.parseFloat(content);
  if (Number.isNaN(pass.begin)) pass.begin = seconds;
  pass.end = seconds;
}

/** `  eth0: bytes packets errs drop fifo frame compressed multicast ...` */
function readDevice(pass: Pass, pid: number, content: string): void {
  const [name = '', numbers = ''] = content.split(':');
  const [rxBytes, rxPackets] = numbers.trim().split(/\s+/, 2).map(Number);
  const devices = pass.devices.get(pid) ?? {};
  devices[name.trim()] = { rxBytes: rxBytes!, rxPackets: rxPackets! };
  pass.devices.set(pid, devices);
}

/** `Udp: 12 0 3 ...`, named by the columns of this kernel. */
function readCounters(pass: Pass, pid: number, content: string, columns: Columns): void {
  const [protocol = '', ...values] = content.split(' ');
  const names = columns[protocol.slice(0, -1)] ?? [];
  const counters = pass.namespaces.get(pid) ?? {};
  names.forEach((name, at) => (counters[`${protocol.slice(0, -1)}.${name}`] = Number(values[at])));
  pass.namespaces.set(pid, counters);
}

/** `sl local:PORT remote:PORT st ...`: connected once the remote port is not 0. */
function readUdpSocket(pass: Pass, pid: number, content: string): void {
  const [, local = '', remote = ''] = content.trim().split(/\s+/, 3);
  if (remote.endsWith(':0000')) return;
  add(pass.connectedUdp, pid, portOf(local));
}

function readListener(pass: Pass, pid: number, content: string): void {
  const [, local = ''] = content.trim().split(/\s+/, 2);
  add(pass.listening, pid, portOf(local));
}

function portOf(hexAddress: string): number {
  return Number.parseInt(hexAddress.slice(hexAddress.lastIndexOf(':') + 1), 16);
}

function add(sets: Map<number, Set<number>>, pid: number, port: number): void {
  const set = sets.get(pid) ?? new Set();
  sets.set(pid, set.add(port));
}

/** One line of `ss -tinHO`: queues, local address:port, peer, then `name:value` words. */
function readSocket(pass: Pass, line: string): void {
  const local = line.trim().split(/\s+/, 3)[2] ?? '';
  const bytes = /bytes_received:(\d+)/.exec(line)?.[1];
  pass.sockets.push({
    localPort: Number(local.slice(local.lastIndexOf(':') + 1)),
    bytesReceived: Number(bytes),
  });
}

/** `cpu0 user nice system idle iowait irq softirq steal ...` in ticks (proc(5)). */
function readCpu(pass: Pass, content: string): void {
  const [name = '', ...ticks] = content.trim().split(/\s+/);
  const [user, nice, system, idle, iowait, irq, softirq, steal] = ticks.map(
    (n) => Number(n) / TICKS_PER_SECOND,
  );
  const times = { user, nice, system, idle, iowait, irq, softirq, steal: steal ?? 0 } as CpuTimes;
  if (name === 'cpu') pass.cpu.total = times;
  else pass.cpu.perCore.push(times);
}

/** `NET_RX: 12 34`, one column per CPU. */
function readSoftirq(pass: Pass, content: string): void {
  const [name = '', counts = ''] = content.trim().split(':');
  pass.softirqs[name] = counts
    .trim()
    .split(/\s+/)
    .reduce((sum, count) => sum + Number(count), 0);
}
