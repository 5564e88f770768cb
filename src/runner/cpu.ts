/** What the nodes' CPUs did between two passes. Pure. */
import type { Machine, Pass } from '../probes/pass.js';
import type { CpuTimes, NodeCpu } from '../results/record.js';

/** What a node's CPUs are called in records, and its index. */
export interface MachineName {
  node: number;
  name: string;
}

/** CPU times and softirqs of each machine. */
export function cpuOf(machines: MachineName[], open: Pass, close: Pass): NodeCpu[] {
  return machines.map(({ node, name }) => nodeCpu(name, open.machines.get(node), close.machines.get(node)));
}

function nodeCpu(node: string, open: Machine | undefined, close: Machine | undefined): NodeCpu {
  const softirqs = Object.entries(close?.softirqs ?? {}).map(([kind, count]): [string, number] => [
    kind,
    count - (open?.softirqs[kind] ?? 0),
  ]);
  return {
    node,
    total: cpuBetween(open?.cpu.total, close?.cpu.total),
    perCore: (close?.cpu.perCore ?? []).map((core, at) => cpuBetween(open?.cpu.perCore[at], core)),
    softirqs: Object.fromEntries(softirqs),
  };
}

function cpuBetween(open: CpuTimes | undefined, close: CpuTimes | undefined): CpuTimes {
  const between = (key: keyof CpuTimes): number => (close?.[key] ?? NaN) - (open?.[key] ?? NaN);
  return {
    user: between('user'),
    nice: between('nice'),
    system: between('system'),
    idle: between('idle'),
    iowait: between('iowait'),
    irq: between('irq'),
    softirq: between('softirq'),
    steal: between('steal'),
  };
}
