/** From passes and iperf3's words to a measurement. Pure. */
import { fail } from '../failures.js';
import { tcpBetween, udpBetween, type FlowProcesses, type Meter } from '../probes/meter.js';
import type { Pass } from '../probes/pass.js';
import { CLOCK_STEP } from '../probes/sampler.js';
import type {
  Beat,
  CpuTimes,
  FlowRecord,
  Measurement,
  NodeCpu,
  Sampling,
  UdpCounts,
} from '../results/record.js';
import type { Protocol } from '../scenario/scenario.js';
import { jainIndex } from '../statistics/fairness.js';
import type { HeldClient } from '../traffic/hold.js';
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
  node: string;
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
}

export function measure(input: MeasureInput): Measurement {
  const { meter, flows, passes, protocol } = input;
  const { open, close } = passes;
  const seconds = close.begin - open.begin;
  const payload = meter.totalBytes(close, flows) - meter.totalBytes(open, flows);
  const records = flowRecords(input, seconds);
  const goodputs = records.map(({ goodput }) => goodput).filter((goodput) => goodput !== undefined);
  const means = input.words.map(({ receivedMean }) => receivedMean);
  return {
    window: { asked: input.asked, seconds, openedAfter: open.begin - input.releasedAt },
    throughput: (payload * 8) / seconds,
    throughputSource: protocol === 'udp' ? 'datagrams' : 'device',
    ...ifComplete('sumOfFlowMeans', sumAll(means)),
    ...ifComplete('crossCheck', crossCheck(input)),
    ...ifComplete('fairness', goodputs.length === flows.length ? jainIndex(goodputs) : undefined),
    flows: records,
    ...(protocol === 'udp' ? ifCounted('udp', totalUdp(input)) : ifCounted('tcp', totalTcp(input))),
    cpu: [nodeCpu(input.node, open, close)],
    sampling: sampling(input, seconds),
    reconnects: input.reconnects,
    beats: beats(input),
  };
}

/** One namespace per container, or process 1's for all. */
function pidsOf({ meter, flows }: MeasureInput, role: 'server' | 'client'): number[] {
  return meter.source === 'device' ? flows.map((flow) => flow[role]) : [1];
}

function flowRecords(input: MeasureInput, seconds: number): FlowRecord[] {
  const { meter, flows, passes, protocol } = input;
  const opened = meter.flowBytes(passes.open, flows);
  const closed = meter.flowBytes(passes.close, flows);
  return flows.map((flow, at) => {
    const words = input.words[at] ?? {};
    const bytes = opened[at] === undefined || closed[at] === undefined ? undefined : closed[at] - opened[at];
    const counted = bytes === undefined ? undefined : (bytes * 8) / seconds;
    const goodput = meter.source === 'iperf3-server' ? words.receivedMean : counted;
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
    };
  });
}

/** Counter bytes of the whole test over what iperf3's servers received, less one. */
function crossCheck(input: MeasureInput): number | undefined {
  const told = sumAll(input.words.map(({ receivedBytes }) => receivedBytes));
  const counted = countedBytes(input);
  return told && counted !== undefined ? counted / told - 1 : undefined;
}

/** What arrived from the clients that were measured; a shared counter can't tell it from what others brought before. */
function countedBytes({ meter, flows, first, last, reconnects }: MeasureInput): number | undefined {
  if (meter.source !== 'device') {
    return reconnects > 0 ? undefined : meter.totalBytes(last, flows) - meter.totalBytes(first, flows);
  }
  const ended = meter.flowBytes(last, flows);
  return sumAll(flows.map(({ countedBefore = NaN }, at) => (ended[at] ?? NaN) - countedBefore));
}

function totalUdp(input: MeasureInput): UdpCounts {
  const { open, close } = input.passes;
  const [servers, clients] = [pidsOf(input, 'server'), pidsOf(input, 'client')];
  const each = servers.map((server, at) => udpBetween(open, close, server, clients[at]!));
  const total = (key: keyof UdpCounts): number => each.reduce((sum, counts) => sum + counts[key], 0);
  return {
    sent: total('sent'),
    received: total('received'),
    receiveBufferErrors: total('receiveBufferErrors'),
    receiveErrors: total('receiveErrors'),
    reassemblyFailures: total('reassemblyFailures'),
  };
}

function totalTcp(input: MeasureInput): NonNullable<Measurement['tcp']> {
  const { open, close } = input.passes;
  return tcpBetween(open, close, pidsOf(input, 'server'), pidsOf(input, 'client'));
}

function nodeCpu(node: string, open: Pass, close: Pass): NodeCpu {
  const softirqs = Object.entries(close.softirqs).map(([kind, count]): [string, number] => [
    kind,
    count - (open.softirqs[kind] ?? 0),
  ]);
  return {
    node,
    total: cpuBetween(open.cpu.total, close.cpu.total),
    perCore: close.cpu.perCore.map((core, at) => cpuBetween(open.cpu.perCore[at], core)),
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
  return passes.all.slice(1).map((pass, at) => {
    const before = passes.all[at]!;
    const bytes = meter.totalBytes(pass, flows) - meter.totalBytes(before, flows);
    return { at: pass.begin - releasedAt, throughput: (bytes * 8) / (pass.begin - before.begin) };
  });
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
  node: string;
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
export function measurePublished({ node, open, close, asked, flows, words }: PublishedInput): Measurement {
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
    cpu: [nodeCpu(node, open, close)],
    sampling: {
      passes: 2,
      longestPass: Math.max(open.end - open.begin, close.end - close.begin),
      share: 0,
      latest: 0,
      cpuSeconds: 0,
      priority: 'not sampled',
      clockStep: CLOCK_STEP,
    },
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
