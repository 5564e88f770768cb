/** Whether as many pairs as were asked for fit into the machine's tables. */
import { CONDITIONS } from '../environmentFiles.js';
import type { Finding } from './finding.js';
import { asRoot, FILES, numberIn, numberOf, setSysctl, type Machine } from './machine.js';

/** Per pair: a server and a client, up to three threads each (iperf3 3.16 and newer), and room for starting them. */
const TASKS_PER_PAIR = 8;
/** The testbed itself, and the controller with its threads. */
const TASKS_BESIDE = 64;
/** What the controller and the sampler hold open at most. */
const FILES_PER_PROCESS = 256;
/** Per pair, in both processes: control connection, stream, listener, buffer file, output, and their libraries. */
const FILES_PER_PAIR = 32;
/** Each end of a pair knows the other. */
const NEIGHBOURS_PER_PAIR = 2;
/** The node and the switch. */
const NAMESPACES_BESIDE = 2;

interface Limit {
  check: string;
  /** What there is; undefined: unlimited. */
  limit: number | undefined;
  need: number;
  /** What the limit is called, and what it limits. */
  name: string;
  mend: (need: number) => string;
}

export function checkLimits(machine: Machine, pairs: number): Finding[] {
  return limits(machine, pairs).map(judge);
}

function judge({ check, limit, need, name, mend }: Limit): Finding {
  if (limit === undefined || limit >= need) {
    return { level: 'ok', check, means: `${limit ?? 'no limit seen'} (${name}), about ${need} needed` };
  }
  return {
    level: 'fail',
    check,
    means: `${name} is ${limit}, and about ${need} are needed, so not every flow would start`,
    mend: mend(need),
  };
}

function limits(machine: Machine, pairs: number): Limit[] {
  const sysctl = (path: string) => (need: number) => setSysctl(machine, path, need);
  const files = pairs * FILES_PER_PAIR + FILES_PER_PROCESS;
  return [
    processLimit(machine, pairs * TASKS_PER_PAIR + TASKS_BESIDE),
    {
      check: 'open files per process',
      limit: softLimit(machine, 'Max open files'),
      need: FILES_PER_PROCESS,
      name: 'ulimit -n',
      mend: (need) => `ulimit -n ${need}`,
    },
    {
      check: 'open files',
      limit: numberIn(machine, FILES.fileMax),
      need: files,
      name: 'fs.file-max',
      mend: sysctl(FILES.fileMax),
    },
    {
      check: 'network namespaces',
      limit: numberIn(machine, FILES.netNamespaces),
      need: pairs * 2 + NAMESPACES_BESIDE,
      name: 'user.max_net_namespaces',
      mend: sysctl(FILES.netNamespaces),
    },
    {
      check: 'neighbour table',
      limit: numberIn(machine, CONDITIONS.neighbours),
      need: pairs * NEIGHBOURS_PER_PAIR + 16,
      name: 'net.ipv4.neigh.default.gc_thresh3 of all namespaces together',
      mend: sysctl(CONDITIONS.neighbours),
    },
  ];
}

/** The narrowest of the limits on processes. */
function processLimit(machine: Machine, need: number): Limit {
  const sysctl = (path: string) => (count: number) => setSysctl(machine, path, count);
  const candidates: Pick<Limit, 'limit' | 'name' | 'mend'>[] = [
    { limit: numberIn(machine, FILES.pidMax), name: 'kernel.pid_max', mend: sysctl(FILES.pidMax) },
    {
      limit: numberIn(machine, FILES.threadsMax),
      name: 'kernel.threads-max',
      mend: sysctl(FILES.threadsMax),
    },
    {
      limit: machine.root ? undefined : softLimit(machine, 'Max processes'),
      name: 'ulimit -u',
      mend: (count) => `ulimit -u ${count}`,
    },
    {
      limit: numberOf(machine.cgroupProcesses),
      name: "pids.max of this session's cgroup",
      mend: (count) => asRoot(machine, `systemctl set-property user.slice TasksMax=${count}`),
    },
  ];
  const [narrowest] = candidates.toSorted((a, b) => (a.limit ?? Infinity) - (b.limit ?? Infinity));
  return { check: 'processes', need, ...narrowest! };
}

/** The soft limit of a line of /proc/self/limits; undefined: unlimited. */
function softLimit({ files }: Machine, name: string): number | undefined {
  const value = new RegExp(`^${name} +(\\S+)`, 'm').exec(files.get(FILES.limits) ?? '')?.[1];
  return value === undefined || value === 'unlimited' ? undefined : Number(value);
}
