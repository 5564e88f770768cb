import { describe, expect, test } from 'vitest';
import type { Measurement } from '../../src/results/record.js';
import { judge } from '../../src/runner/judge.js';
import type { Limits } from '../../src/scenario/scenario.js';
import { cell } from '../plan/scenario.js';
import { record } from '../results/help.js';

const limits: Limits = { crossCheck: 0.02, sampling: 0.1, retransmits: 0.005, steal: 0.05 };
const made = record();
if (made.status !== 'ok') throw new Error('a record without a measurement');
/** A run of one flow that breaks no rule; its window is 1.01 s on one core. */
const good: Measurement = { ...made.measurement, crossCheck: 0.001 };
const flow = good.flows[0]!;
const cpu = good.cpu[0]!;
const sampling = good.sampling!;

const judged = (changes: Partial<Measurement>, pairs = 1): ReturnType<typeof judge> =>
  judge({ ...good, ...changes }, { limits }, { ...cell, pairs });

test('a run that breaks no rule counts, without a word', () => {
  expect(judged({})).toEqual({ warnings: [] });
});

describe('a run is invalid', () => {
  test.each<[string, Partial<Measurement>, string, string]>([
    ['without a flow', { flows: [] }, 'flow-missing', 'all 1 flows must be measured, and 0 were'],
    [
      'if nothing tells a flow',
      { flows: [{ pair: 1, source: 'none', iperf3: {} }] },
      'flow-missing',
      'pair 1',
    ],
    ['if its window is short', { window: { ...good.window, seconds: 0.99 } }, 'window-short', '0.99 s'],
    ['if sampling takes too much', { sampling: { ...sampling, share: 0.101 } }, 'sampling', '10.1 %'],
    ['if a sample is late', { sampling: { ...sampling, latest: 1.01 } }, 'sampling', '1.01 s late'],
    ['without payload', { throughput: 0 }, 'inconsistent', 'no payload'],
    ['with payload that is none', { throughput: NaN }, 'inconsistent', 'no payload'],
    [
      'if a counter runs backwards',
      { flows: [{ ...flow, goodput: -1 }] },
      'inconsistent',
      'pair 1 ran backwards',
    ],
    [
      'if a goodput is no number',
      { flows: [{ ...flow, goodput: NaN }] },
      'inconsistent',
      'pair 1 ran backwards',
    ],
  ])('%s', (_, changes, reason, words) => {
    const { failure } = judged(changes);
    expect(failure?.reason).toBe(reason);
    expect(failure?.message).toContain(words);
  });

  test.each([
    // The window is 1.01 s: a rate may be 2 x 10 ms / 1.01 s + 2 % = 3.98 % above that of the links.
    [10.39e9, undefined],
    [10.41e9, 'the links carry 10 Gbit/s, and the counters show 10.4 Gbit/s'],
  ])('if it shows more than the links carry: %d bit/s', (throughput, words) => {
    const bounds = { limits, lineRate: 10e9 };
    expect(judge({ ...good, throughput }, bounds, { ...cell, pairs: 1 }).failure?.message).toBe(words);
  });

  test('by the first rule that it breaks', () => {
    expect(judged({ flows: [], throughput: 0 }).failure?.reason).toBe('flow-missing');
  });

  test('if a sample is later than a window that is shorter than a period', () => {
    const window = { asked: 0.2, seconds: 0.2, openedAfter: 0 };
    expect(judged({ window, sampling: { ...sampling, latest: 0.3 } }).failure?.reason).toBe('sampling');
  });
});

test.each<[string, Partial<Measurement>]>([
  ['a window of just what was asked', { window: { ...good.window, seconds: 1 } }],
  ['sampling at its limit', { sampling: { ...sampling, share: 0.1 } }],
  ['a sample late by a whole period', { sampling: { ...sampling, latest: 1 } }],
  ['a cross-check at its limit', { crossCheck: -0.02 }],
  ['retransmits at their limit', { tcp: { retransmits: 9, duplicates: 5, segmentsReceived: 1000 } }],
  ['no segments at all', { tcp: { retransmits: 0, duplicates: 0, segmentsReceived: 0 } }],
  // 5 % of 1.01 s on one core.
  ['stolen time at its limit', { cpu: [{ ...cpu, total: { ...cpu.total, steal: 0.0505 } }] }],
])('%s breaks no rule', (_, changes) => {
  expect(judged(changes)).toEqual({ warnings: [] });
});

describe('a run that counts is marked', () => {
  test.each<[string, Partial<Measurement>, string]>([
    ['if counters show more than iperf3', { crossCheck: 0.034 }, 'counters and iperf3 differ by 3.4 %'],
    ['if counters show less than iperf3', { crossCheck: -0.034 }, 'counters and iperf3 differ by -3.4 %'],
    [
      'for duplicates',
      { tcp: { retransmits: 0, duplicates: 6, segmentsReceived: 1000 } },
      '0.6 % of the segments were duplicates',
    ],
    [
      'for stolen time',
      { cpu: [{ ...cpu, total: { ...cpu.total, steal: 0.06 } }] },
      '0.06 s of CPU time were stolen on local',
    ],
    [
      'for a starved flow',
      { flows: [{ ...flow, goodput: 0, starved: true }] },
      '1 flow(s) starved: connected, and nothing in the window',
    ],
    ['for clients that connected anew', { reconnects: 3 }, '3 client(s) had to connect anew'],
  ])('%s', (_, changes, warning) => {
    expect(judged(changes)).toEqual({ warnings: [warning] });
  });

  test('without a cross-check', () => {
    const { crossCheck: _, ...unchecked } = good;
    expect(judge(unchecked, { limits }, { ...cell, pairs: 1 })).toEqual({
      warnings: [
        'no cross-check: iperf3 did not tell what all flows received, or the counter not what each did',
      ],
    });
  });

  test('for all that it has, also when it is invalid', () => {
    const { failure, warnings } = judged({ throughput: 0, reconnects: 1, crossCheck: 0.5 });
    expect(failure?.reason).toBe('inconsistent');
    expect(warnings).toHaveLength(2);
  });

  test('for stolen time by the cores there are', () => {
    // 5 % of 1.01 s on two cores is 0.101 s.
    const two = (steal: number): Partial<Measurement> => ({
      cpu: [{ ...cpu, total: { ...cpu.total, steal }, perCore: [cpu.total, cpu.total] }],
    });
    expect(judged(two(0.1)).warnings).toHaveLength(0);
    expect(judged(two(0.11)).warnings).toHaveLength(1);
  });
});
