/** What one pass of the sampler read, as numbers. Pure: text in, counters out. */
import { fail } from '../failures.js';
import { processId, type ProcessId } from '../nodes/process.js';
import type { CpuTimes } from '../results/record.js';

/** Of a network device, from /proc/<pid>/net/dev. */
export interface DeviceCounters {
  rxBytes: number;
  rxPackets: number;
}

/** Named counters of one namespace: `Udp.InDatagrams`, `TcpExt.TCPDSACKOldSent`, ... */
export type Counters = Record<string, number>;

export interface Pass {
  /** Seconds since boot on the first node's clock, read before the first and after the last file. */
  begin: number;
  end: number;
  /** `begin` of each node that was read, on its own clock. */
  begins: Map<number, number>;
  /** By a process in the namespace, then by device. */
  devices: Map<ProcessId, Record<string, DeviceCounters>>;
  namespaces: Map<ProcessId, Counters>;
  /** Local ports of listening TCP sockets, by a process in their namespace. */
  listening: Map<ProcessId, Set<number>>;
  /** Bytes that a process has got by read(2), from sockets and files. */
  read: Map<ProcessId, number>;
  /** Letters of the states that a process's threads are in, as in /proc/<pid>/stat; of one that is gone, none. */
  states: Map<ProcessId, string>;
  /** By node. */
  machines: Map<number, Machine>;
}

/** What one node's CPUs have done since boot. */
export interface Machine {
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
    begins: new Map(),
    devices: new Map(),
    namespaces: new Map(),
    listening: new Map(),
    read: new Map(),
    states: new Map(),
    machines: new Map(),
  };
}

/** Reads `Udp: InDatagrams NoPorts ...` lines, as `grep -H` prints them, into column names. */
export function parseColumns(text: string): Columns {
  const columns: Columns = {};
  for (const match of text.matchAll(/^[^:]+:(\w+): ([A-Z].*)$/gm)) columns[match[1]!] = match[2]!.split(' ');
  return columns;
}

/**
 * Parses the answer to one `pass` request of the sampler on the node with that index.
 * Errors: `sampling` if the clock's stamps are missing.
 */
export function parsePass(text: string, columns: Columns, node = 0): Pass {
  const pass = emptyPass();
  for (const line of text.split('\n')) {
    if (line.startsWith('/proc/')) readLine(pass, line, columns, node);
  }
  if (!(pass.begin <= pass.end))
    fail('sampling', "a sampler's pass came without its two time stamps", text.slice(0, 500));
  pass.begins.set(node, pass.begin);
  return pass;
}

const MAPS = [
  'begins',
  'devices',
  'namespaces',
  'listening',
  'read',
  'states',
  'machines',
] as const satisfies (keyof Pass)[];

/** Passes of several nodes that were made at one time, as one; `begin` and `end` are the first one's. */
export function mergePasses([first, ...others]: [Pass, ...Pass[]]): Pass {
  for (const other of others) {
    for (const key of MAPS) {
      const into: Map<number, unknown> = first[key];
      for (const [id, value] of other[key]) into.set(id, value);
    }
  }
  return first;
}

/** Dispatches one `file:content` line by the file's name. */
function readLine(pass: Pass, line: string, columns: Columns, node: number): void {
  const colon = line.indexOf(':');
  const [, , owner = '', ...rest] = line.slice(0, colon).split('/');
  const content = line.slice(colon + 1);
  const file = rest.join('/');
  const process = processId(node, Number(owner));
  if (file === 'net/dev') readDevice(pass, process, content);
  else if (file === 'net/snmp' || file === 'net/netstat') readCounters(pass, process, content, columns);
  else if (file === 'net/tcp' || file === 'net/tcp6') readListener(pass, process, content);
  else if (file === 'io') readAccount(pass, process, content);
  else if (file.startsWith('task/')) readState(pass, process, content);
  else if (owner === 'uptime') readClock(pass, content);
  else if (owner === 'stat') readCpu(machineOf(pass, node), content);
  else if (owner === 'softirqs') readSoftirq(machineOf(pass, node), content);
}

function machineOf(pass: Pass, node: number): Machine {
  const machine = pass.machines.get(node) ?? { cpu: { perCore: [] }, softirqs: {} };
  pass.machines.set(node, machine);
  return machine;
}

function readClock(pass: Pass, content: string): void {
  const seconds = Number.parseFloat(content);
  if (Number.isNaN(pass.begin)) pass.begin = seconds;
  pass.end = seconds;
}

/** `  eth0: bytes packets errs drop fifo frame compressed multicast ...` */
function readDevice(pass: Pass, process: ProcessId, content: string): void {
  const [name = '', numbers = ''] = content.split(':');
  const [rxBytes, rxPackets] = numbers.trim().split(/\s+/, 2).map(Number);
  const devices = pass.devices.get(process) ?? {};
  devices[name.trim()] = { rxBytes: rxBytes!, rxPackets: rxPackets! };
  pass.devices.set(process, devices);
}

/** `Udp: 12 0 3 ...`, named by the columns of this kernel. */
function readCounters(pass: Pass, process: ProcessId, content: string, columns: Columns): void {
  const [protocol = '', ...values] = content.split(' ');
  const names = columns[protocol.slice(0, -1)] ?? [];
  const counters = pass.namespaces.get(process) ?? {};
  names.forEach((name, at) => (counters[`${protocol.slice(0, -1)}.${name}`] = Number(values[at])));
  pass.namespaces.set(process, counters);
}

/** `sl local:PORT ...`, the port in hexadecimal digits. */
function readListener({ listening }: Pass, process: ProcessId, content: string): void {
  const [, local = ''] = content.trim().split(/\s+/, 2);
  const port = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16);
  const ports = listening.get(process) ?? new Set();
  listening.set(process, ports.add(port));
}

/** `rchar: 196796` (proc(5)). */
function readAccount({ read }: Pass, process: ProcessId, content: string): void {
  const bytes = /^rchar: (\d+)$/.exec(content)?.[1];
  if (bytes !== undefined) read.set(process, Number(bytes));
}

/** `pid (name) state ...`, where a name may hold anything (proc(5)). */
function readState({ states }: Pass, process: ProcessId, content: string): void {
  const [letter = ''] = content.slice(content.lastIndexOf(') ') + 2);
  states.set(process, (states.get(process) ?? '') + letter);
}

/** `cpu0 user nice system idle iowait irq softirq steal ...` in ticks (proc(5)). */
function readCpu({ cpu }: Machine, content: string): void {
  const [name = '', ...ticks] = content.trim().split(/\s+/);
  const [user, nice, system, idle, iowait, irq, softirq, steal] = ticks.map(
    (n) => Number(n) / TICKS_PER_SECOND,
  );
  const times = { user, nice, system, idle, iowait, irq, softirq, steal: steal ?? 0 } as CpuTimes;
  if (name === 'cpu') cpu.total = times;
  else cpu.perCore.push(times);
}

/** `NET_RX: 12 34`, one column per CPU. */
function readSoftirq({ softirqs }: Machine, content: string): void {
  const [name = '', counts = ''] = content.trim().split(':');
  softirqs[name] = counts
    .trim()
    .split(/\s+/)
    .reduce((sum, count) => sum + Number(count), 0);
}
