/** What each node did while pairs sent. */
import type { Measurement, NodeCpu, UplinkRecord } from '../results/record.js';
import { busy, quotient, utilization } from './cpu.js';
import { describe, type Description } from './describe.js';

/** What records call the machine that all nodes share, where they are emulated. */
export const MACHINE = 'machine';

/** What people call a node. */
export function nodeName(node: string): string {
  return node === MACHINE ? 'the whole machine' : node;
}

/** Descriptions are over runs; one is absent where no run has the figure. */
export interface NodeSummary {
  /** `MACHINE` where all nodes are emulated on one. */
  node: string;
  /** Its busy CPU seconds per 10^9 bits of payload that all pairs received. */
  cpuSecondsPerGigabit?: Description;
  /** Busy share of its CPU time; stolen time does not count. */
  utilization?: Description;
  /** Network softirqs (NET_RX and NET_TX) per second. */
  softirqs?: Description;
  /** 1 in a run in which a physical uplink of it was promiscuous, 0 in one in which none was. */
  promiscuous?: Description;
}

type Figure = (measurement: Measurement, node: string) => number | undefined;

const FIGURES = {
  cpuSecondsPerGigabit: ofCpu(({ total }, m) =>
    quotient(busy(total), (m.throughput * m.window.seconds) / 1e9),
  ),
  utilization: ofCpu(({ total }) => utilization(total)),
  softirqs: ofCpu(({ softirqs: { NET_RX, NET_TX } }, m) =>
    NET_RX === undefined || NET_TX === undefined ? undefined : quotient(NET_RX + NET_TX, m.window.seconds),
  ),
  promiscuous,
} satisfies Record<Exclude<keyof NodeSummary, 'node'>, Figure>;

/** One summary per node that the runs tell of, in the order in which they name them. */
export function summarizeNodes(measurements: readonly Measurement[]): NodeSummary[] {
  const nodes = new Set(
    measurements.flatMap((m) => [...m.cpu, ...physicalUplinks(m)].map(({ node }) => node)),
  );
  return [...nodes].map((node) => ({ node, ...describeFigures(measurements, node) }));
}

function describeFigures(measurements: readonly Measurement[], node: string): Omit<NodeSummary, 'node'> {
  const described = Object.entries<Figure>(FIGURES).flatMap(([name, figure]) => {
    const description = describe(measurements.flatMap((measurement) => figure(measurement, node) ?? []));
    return description ? [[name, description]] : [];
  });
  return Object.fromEntries(described) as Omit<NodeSummary, 'node'>;
}

function ofCpu(of: (cpu: NodeCpu, measurement: Measurement) => number | undefined): Figure {
  return (measurement, node) => {
    const cpu = measurement.cpu.find((each) => each.node === node);
    return cpu && of(cpu, measurement);
  };
}

function promiscuous(measurement: Measurement, node: string): number | undefined {
  const own = physicalUplinks(measurement).filter((uplink) => uplink.node === node);
  return own.length === 0 ? undefined : Number(own.some((uplink) => uplink.promiscuous));
}

function physicalUplinks({ uplinks = [] }: Measurement): UplinkRecord[] {
  return uplinks.filter(({ physical }) => physical);
}
