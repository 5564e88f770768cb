/** Made-up runs for the tests of statistics: exactly the figures that a test asks for, and the least around them. */
import { expect } from 'vitest';
import type { FailureReason } from '../../src/failures.js';
import {
  FORMAT_VERSION,
  type ExperimentHeader,
  type NodeCpu,
  type RunRecord,
} from '../../src/results/record.js';
import type { Cell, Scenario } from '../../src/scenario/scenario.js';

/** Matches a number that agrees to so many digits after the point. */
export const near = (value: number, digits: number): unknown => expect.closeTo(value, digits);

/** A seeded source of numbers in [0, 1): mulberry32. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers from a uniform source (Box and Muller 1958). */
export function normal(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function cell(factors: Partial<Cell> = {}): Cell {
  const own = factors.protocol === 'udp' ? { udpLength: 'fit' as const } : { congestionControl: 'cubic' };
  const common = { topology: 'local', protocol: 'tcp', method: 'concurrent', mtu: 1500, pairs: 2 } as const;
  return { ...common, placement: 'none', driver: 'veth:bridge', ...own, ...factors };
}

export function scenario(changes: Partial<Scenario> = {}): Scenario {
  return {
    name: 'made-up',
    question: '',
    topology: 'local',
    protocol: 'tcp',
    drivers: ['veth:bridge', 'macvlan:bridge'],
    reference: 'veth:bridge',
    pairs: [2],
    mtu: [1500],
    method: ['concurrent'],
    placement: ['none'],
    congestionControl: ['cubic'],
    udpLength: ['fit'],
    omit: 1,
    duration: 10,
    repeat: { kind: 'fixed', blocks: 3 },
    seed: 1,
    retries: 0,
    limits: { crossCheck: 0.02, sampling: 0.1, retransmits: 0.005, steal: 0.05 },
    claims: [],
    ...changes,
  };
}

export function header(changes: Partial<ExperimentHeader> = {}): ExperimentHeader {
  return {
    format: FORMAT_VERSION,
    id: 'made-up',
    startedAt: '2026-01-01T00:00:00.000Z',
    benchVersion: '0.1.0',
    scenario: scenario(),
    unavailable: [],
    environments: [],
    emulated: false,
    ...changes,
  };
}

type Ok = Extract<RunRecord, { status: 'ok' }>;

/** A good run of ten seconds. */
export function run(
  of: Cell,
  block: number,
  throughput: number,
  figures: Partial<Ok['measurement']> = {},
): Ok {
  return {
    id: `${of.driver} ${of.mtu} ${of.pairs} ${block}`,
    cell: of,
    block,
    repetition: block,
    take: 0,
    position: 0,
    attempt: 0,
    startedAt: '2026-01-01T00:00:00.000Z',
    phases: {},
    warnings: [],
    status: 'ok',
    measurement: {
      window: { asked: 10, seconds: 10, openedAfter: 1 },
      throughput,
      throughputSource: 'device',
      flows: [],
      cpu: [],
      sampling: {
        passes: 40,
        longestPass: 0.01,
        share: 0.01,
        latest: 0.01,
        cpuSeconds: 0.01,
        priority: 'own session',
        clockStep: 0.01,
      },
      reconnects: 0,
      beats: [],
      ...figures,
    },
  };
}

/** The same run gone wrong. */
export const failed = (run: Ok): RunRecord => failedFor('flow-missing', run);

export function failedFor(reason: FailureReason, { measurement: _lost, ...head }: Ok): RunRecord {
  return { ...head, status: 'failed', failure: { reason, message: 'Flow 1 of 2 sent nothing.' } };
}

/** One run of a cell per block, with these throughputs. */
export function runs(of: Cell, throughputs: number[], figures: Partial<Ok['measurement']> = {}): Ok[] {
  return throughputs.map((throughput, block) => run(of, block, throughput, figures));
}

/** CPU seconds of a node in the window. */
export function cpu(
  node: string,
  {
    busy,
    idle,
    steal = 0,
    cores = 0,
    softirqs = {},
  }: { busy: number; idle: number; steal?: number; cores?: number; softirqs?: Record<string, number> },
): NodeCpu {
  const total = { user: busy, nice: 0, system: 0, irq: 0, softirq: 0, idle, iowait: 0, steal };
  return { node, total, perCore: Array.from({ length: cores }, () => total), softirqs };
}
