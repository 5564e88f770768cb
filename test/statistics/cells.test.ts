import { describe, expect, test } from 'vitest';
import type { Measurement, RunRecord } from '../../src/results/record.js';
import { pairedByBlock, pairedByRepetition, runsByCell, summarizeCells } from '../../src/statistics/cells.js';
import { cell, failed, run, runs, scenario } from './made.js';

const veth = cell();
const macvlan = cell({ driver: 'macvlan:bridge' });

function only(records: RunRecord[], of = veth) {
  return summarizeCells(
    records,
    scenario({ protocol: of.protocol, drivers: [of.driver], pairs: [of.pairs] }),
  )[0]!;
}

describe('a summary', () => {
  test('describes totals, their share per pair, and the naive sum against them', () => {
    const summary = only(runs(veth, [10e9, 12e9, 14e9], { sumOfFlowMeans: 15e9 }));
    expect(summary).toMatchObject({ cell: veth, n: 3, failures: {}, outliers: [], warned: 0 });
    expect(summary.throughput).toMatchObject({ n: 3, mean: 12e9, standardDeviation: 2e9 });
    expect(summary.perPair!.mean).toBe(6e9);
    expect(summary.sumOfFlowMeans!.mean).toBe(15e9);
    expect(summary.naiveToTruth!.max).toBe(1.5);
  });

  test('counts busy CPU seconds of all nodes per gigabit of payload, and stolen time apart', () => {
    const total = { user: 1, nice: 1, system: 4, idle: 5, iowait: 1, irq: 1, softirq: 3, steal: 4 };
    const node = { node: 'local', total, perCore: [], softirqs: {} };
    const summary = only([run(veth, 0, 2e9, { cpu: [node, node] })]);
    expect(summary.cpuSecondsPerGigabit!.mean).toBe((2 * 10) / 20);
    expect(summary.stealShare!.mean).toBe(0.2);
  });

  test('tells UDP loss and the rate sent', () => {
    const udp = {
      sent: 1000,
      received: 900,
      receiveBufferErrors: 100,
      receiveErrors: 0,
      reassemblyFailures: 0,
    };
    const summary = only([run(cell({ protocol: 'udp' }), 0, 1e6, { udp })], cell({ protocol: 'udp' }));
    expect(summary.udpLoss!.mean).toBeCloseTo(0.1, 12);
    expect(summary.udpSent!.mean).toBe((1000 * 1472 * 8) / 10);
  });

  test('leaves out what no run knows', () => {
    const summary = only(runs(veth, [1, 2]));
    const known = ['cell', 'n', 'failures', 'throughput', 'perPair', 'nodes', 'outliers', 'warned'];
    expect(Object.keys(summary)).toEqual(known);
  });

  test('counts failures by reason and keeps them out of the figures', () => {
    const [good, bad, worse] = runs(veth, [5, 6, 7]);
    const summary = only([good!, failed(bad!), failed(worse!)]);
    expect(summary).toMatchObject({ n: 1, failures: { 'flow-missing': 2 } });
    expect(summary.throughput).toMatchObject({ n: 1, mean: 5 });
  });

  test('flags outliers by id, keeps them, and counts runs with warnings', () => {
    const all = runs(veth, [10, 11, 12, 13, 14, 30]);
    all[0]!.warnings.push('stolen CPU time');
    const summary = only(all);
    expect(summary.outliers).toEqual([all[5]!.id]);
    expect(summary).toMatchObject({ n: 6, warned: 1, throughput: { max: 30 } });
  });

  test('is there for cells that were never run, and for cells that the scenario does not know', () => {
    const strange = cell({ pairs: 64 });
    const summaries = summarizeCells([run(strange, 0, 1)], scenario());
    expect(summaries.map((summary) => [summary.cell, summary.n])).toEqual([
      [veth, 0],
      [macvlan, 0],
      [strange, 1],
    ]);
    expect(summaries[0]).not.toHaveProperty('throughput');
  });
});

describe('pairs of runs', () => {
  test('are good runs of the same block and take', () => {
    const [a, b] = [runs(veth, [1, 2, 3, 4]), runs(macvlan, [5, 6, 7, 8])];
    const records = [
      a[0]!,
      b[0]!,
      a[1]!,
      failed(b[1]!),
      a[2]!,
      { ...b[2]!, take: 1 },
      { ...b[3]!, block: 9 },
      a[3]!,
    ];
    expect(pairedByBlock(runsByCell(records), veth, macvlan)).toEqual([[a[0], b[0]]]);
  });

  test('are good runs of one repetition for cells of different strata', () => {
    const large = cell({ mtu: 9000 });
    const of1500 = runs(veth, [1, 2]);
    const of9000 = runs(large, [3, 4]).map((one) => ({ ...one, block: one.block + 10 }));
    expect(pairedByRepetition(runsByCell([...of1500, ...of9000]), large, veth)).toEqual([
      [of9000[0], of1500[0]],
      [of9000[1], of1500[1]],
    ]);
    expect(pairedByBlock(runsByCell([...of1500, ...of9000]), large, veth)).toEqual([]);
  });
});

test('ten thousand runs are summarized in well under a second', () => {
  const measurement: Partial<Measurement> = { sumOfFlowMeans: 1, fairness: 1 };
  const records = [1, 2, 4, 8].flatMap((pairs) =>
    runs(cell({ pairs }), new Array<number>(2500).fill(5), measurement),
  );
  const began = performance.now();
  summarizeCells(records, scenario());
  expect(performance.now() - began).toBeLessThan(1000);
});
