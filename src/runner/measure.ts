/** From passes and iperf3's words to a measurement. Pure. */
import { fail } from '../failures.js';
import { nodeOf, type ProcessId } from '../nodes/process.js';
import { firstProcesses, tcpBetween, udpBetween, type FlowProcesses, type Meter } from '../probes/meter.js';
import type { Pass } from '../probes/pass.js';
import { CLOCK_STEP } from '../probes/sampler.js';
import type {
  Beat,
  FlowRecord,
  Measurement,
  NodeClock,
  Sampling,
  UdpCounts,
  UplinkRecord,
} from '../results/record.js';
import type { Protocol } from '../scenario/scenario.js';
import { jainIndex } from '../statistics/fairness.js';
import type { HeldClient } from '../traffic/hold.js';
import { cpuOf, type MachineName } from './cpu.js';
import type { WindowPasses } from './window.js';

/** One pair's means over its own span as iperf3 tells them, the time that it was held left out. */
export interface FlowWords {
  sentBytes?: number;
  receivedBytes?: number;
  sentMean?: number;
  receivedMean?: number;
  retransmits?: number;
}

export interface MeasureInput {
  machines: MachineName[];
  /** Of all nodes, in their order. */
  names: string[];
  protocol: Protocol;
  meter: Meter;
  flows: (FlowProcesses & Pick<HeldClient, 'countedBefore'>)[];
  passes: WindowPasses;
  releasedAt: number;
  asked: number;
  /** From before the first byte and after the last: for the cross-check. */
  first: Pass;
  last: Pass;
  words: FlowWords[];
  /** Seconds that each client was held. */
  held: number[];
  cpus: ({ server: number; client: number } | undefined)[];
  priority: string;
  reconnects: number;
  /** Of every node but the first. */
  clocks: NodeClock[];
  uplinks: UplinkRecord[];
}

export function measure(input: MeasureInput): Measurement {
  const { flows, passes, protocol } = input;
  const { open, close } = passes;
  const seconds = close.begin - open.begin;
  const records = flowRecords(input);
  const goodputs = records.map(({ goodput }) => goodput).filter((goodput) => goodput !== undefined);
  const means = input.words.map(({ receivedMean }) => receivedMean);
  return {
    window: { asked: input.asked, seconds, openedAfter: open.begin - input.releasedAt },
    throughput: rateBetween(input, open, close),
    throughputSource: protocol === 'udp' ? 'datagrams' : 'device',
    ...ifComplete('sumOfFlowMeans', sumAll(means)),
    ...ifComplete('crossCheck', crossCheck(input)),
    ...ifComplete('fairness', goodputs.length === flows.length ? jainIndex(goodputs) : undefined),
    flows: records,
    ...(protocol === 'udp' ? ifCounted('udp', totalUdp(input)) : ifCounted('tcp', totalTcp(input))),
    cpu: cpuOf(input.machines, open, close),
    sampling: sampling(input, seconds),
    ...(input.clocks.length > 0 ? { clocks: input.clocks } : {}),
    ...(input.uplinks.length > 0 ? { uplinks: input.uplinks } : {}),
    reconnects: input.reconnects,
    beats: beats(input),
  };
}

/** Processes by whose namespaces one end of all flows is counted: one per container, or one per node. */
function countedAt({ meter, flows }: MeasureInput, role: 'server' | 'client'): ProcessId[] {
  const processes = flows.map((flow) => flow[role]);
  return meter.source === 'device' ? processes : firstProcesses(processes);
}

/** Payload rate of all flows between two passes, bit/s; every node's by its own clock. */
function rateBetween({ meter, flows }: Pick<MeasureInput, 'meter' | 'flows'>, from: Pass, to: Pass): number {
  const nodes = new Set(flows.map(({ server }) => nodeOf(server)));
  return [...nodes].reduce((sum, node) => {
    const here = flows.filter(({ server }) => nodeOf(server) === node);
    const bytes = meter.totalBytes(to, here) - meter.totalBytes(from, here);
    return sum + (bytes * 8) / secondsBetween(from, to, node);
  }, 0);
}

/** By the node's own clock. */
function secondsBetween(from: Pass, to: Pass, node: number): number {
  return (to.begins.get(node) ?? NaN) - (from.begins.get(node) ?? NaN);
}

function flowRecords(input: MeasureInput): FlowRecord[] {
  const { meter, flows, passes, protocol, names } = input;
  const nameOf = (process: ProcessId): string => names[nodeOf(process)]!;
  const opened = meter.flowBytes(passes.open, flows);
  const closed = meter.flowBytes(passes.close, flows);
  return flows.map((flow, at) => {
    const words = input.words[at] ?? {};
    const bytes = opened[at] === undefined || closed[at] === undefined ? undefined : closed[at] - opened[at];
    const seconds = secondsBetween(passes.open, passes.close, nodeOf(flow.server));
    const goodput = bytes === undefined ? undefined : (bytes * 8) / seconds;
    const cpus = input.cpus[at];
    const lateness = passes.lateness[at];
    return {
      pair: flow.pair,
      source: goodput === undefined ? 'none' : meter.source,
      ...(goodput === undefined ? {} : { goodput }),
      ...(lateness === undefined ? {} : { lateness }),
      held: input.held[at] ?? 0,
      ...(bytes === 0 ? { starved: true } : {}),
      iperf3: words,
      ...(protocol === 'udp' && meter.source === 'device'
        ? ifCounted('udp', udpBetween(passes.open, passes.close, flow.server, flow.client))
        : {}),
      ...(cpus ? { cpus } : {}),
      ...(names.length > 1 ? { nodes: { server: nameOf(flow.server), client: nameOf(flow.client) } } : {}),
    };
  });
}

/** Counter bytes of the whole test over what iperf3's servers received, less one. */
function crossCheck(input: MeasureInput): number | undefined {
  const told = sumAll(input.words.map(({ receivedBytes }) => receivedBytes));
  const counted = countedBytes(input);
  return told && counted !== undefined ? counted / told - 1 : undefined;
}

/**
 * What arrived from the clients that were measured. A shared counter can't tell it from what others brought before, and
 * what a server has read is not another witness than iperf3.
 */
function countedBytes({ meter, flows, first, last, reconnects }: MeasureInput): number | undefined {
  if (meter.source !== 'device') {
    return reconnects > 0 ? undefined : meter.totalBytes(last, flows) - meter.totalBytes(first, flows);
  }
  const ended = meter.flowBytes(last, flows);
  return sumAll(flows.map(({ countedBefore = NaN }, at) => (ended[at] ?? NaN) - countedBefore));
}

function totalUdp(input: MeasureInput): UdpCounts {
  const { open, close } = input.passes;
  const [servers, clients] = [countedAt(input, 'server'), countedAt(input, 'client')];
  const at = (processes: ProcessId[], key: keyof UdpCounts): number =>
    processes.reduce((sum, process) => sum + udpBetween(open, close, process, process)[key], 0);
  return {
    sent: at(clients, 'sent'),
    received: at(servers, 'received'),
    receiveBufferErrors: at(servers, 'receiveBufferErrors'),
    receiveErrors: at(servers, 'receiveErrors'),
    reassemblyFailures: at(servers, 'reassemblyFailures'),
  };
}

function totalTcp(input: MeasureInput): NonNullable<Measurement['tcp']> {
  const { open, close } = input.passes;
  return tcpBetween(open, close, countedAt(input, 'server'), countedAt(input, 'client'));
}

/** How the sampler did between the opening and the closing pass; the closing pass itself lies beyond the window. */
function sampling({ passes, priority }: MeasureInput, seconds: number): Sampling {
  const inside = passes.all.slice(0, -1).map(({ begin, end }) => end - begin);
  return {
    passes: passes.all.length,
    longestPass: Math.max(...passes.all.map(({ begin, end }) => end - begin)),
    share: inside.reduce((sum, length) => sum + length, 0) / seconds,
    latest: Math.max(...passes.delays),
    cpuSeconds: passes.samplerSeconds,
    priority,
    clockStep: CLOCK_STEP,
  };
}

function beats({ meter, flows, passes, releasedAt }: MeasureInput): Beat[] {
  return passes.all.slice(1).map((pass, at) => ({
    at: pass.begin - releasedAt,
    throughput: rateBetween({ meter, flows }, passes.all[at]!, pass),
  }));
}

/** The sum, or undefined if one value is missing: a partial sum is not a total. */
function sumAll(values: (number | undefined)[]): number | undefined {
  return values.reduce<number | undefined>(
    (sum, value) => (sum === undefined || value === undefined ? undefined : sum + value),
    0,
  );
}

function ifComplete<K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> {
  return value === undefined || Number.isNaN(value) ? {} : ({ [key]: value } as Record<K, number>);
}

export interface PublishedInput {
  machines: MachineName[];
  open: Pass;
  close: Pass;
  asked: number;
  flows: FlowProcesses[];
  words: FlowWords[];
}

/**
 * The study's figures: what the senders say of their own spans, added up, and no common window.
 * Errors: `flow-missing` if a sender says nothing.
 */
export function measurePublished({
  machines,
  open,
  close,
  asked,
  flows,
  words,
}: PublishedInput): Measurement {
  const means = words.map(({ sentMean }) => sentMean);
  const silent = flows[means.indexOf(undefined)];
  const total =
    sumAll(means) ??
    fail('flow-missing', `iperf3 does not tell what pair ${silent?.pair} sent: no sum without it`);
  return {
    window: { asked, seconds: close.begin - open.begin, openedAfter: 0 },
    throughput: total,
    throughputSource: 'iperf3-sender',
    sumOfFlowMeans: total,
    flows: flows.map(({ pair }, at) => ({
      pair,
      ...ifComplete('goodput', words[at]?.sentMean),
      source: 'iperf3-sender',
      iperf3: words[at] ?? {},
    })),
    cpu: cpuOf(machines, open, close),
    reconnects: 0,
    beats: [],
  };
}

/** Counters of a process that has ended can't be read: then none of them is told. */
function ifCounted<K extends string, Counts extends object>(
  key: K,
  counts: Counts,
): Partial<Record<K, Counts>> {
  const complete = Object.values(counts).every((count) => Number.isFinite(count));
  return complete ? ({ [key]: counts } as Record<K, Counts>) : {};
}
