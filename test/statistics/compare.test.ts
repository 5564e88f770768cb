import { describe, expect, test } from 'vitest';
import { compareDrivers, compareExperiments, gate } from '../../src/statistics/compare.js';
import { cell, failed, header, near, runs, scenario } from './made.js';

const VETH = [10, 12, 9, 11];
const head = header({ scenario: scenario({ pairs: [1, 2, 4] }) });
const of = (driver: string, totals: number[], pairs = 2) => runs(cell({ driver, pairs }), totals);
const times = (factor: number) => VETH.map((total, index) => factor * total * (1 + 0.01 * (index % 2)));

describe('two drivers', () => {
  const records = [
    ...of('veth:bridge', VETH, 1),
    ...of('macvlan:bridge', times(2), 1),
    ...of('veth:bridge', VETH, 2),
    ...of('macvlan:bridge', times(8), 2),
    ...of('macvlan:bridge', times(8), 4),
  ];

  test('are paired by block, so that drift does not widen the interval', () => {
    const { pairing, rows, overall, onlyA, onlyB } = compareDrivers(
      { header: head, records },
      'macvlan:bridge',
      'veth:bridge',
    );
    expect(pairing).toBe('blocks');
    expect(rows.map(({ a, b, ratio }) => [a.cell.pairs, b.cell.driver, ratio.n])).toEqual([
      [1, 'veth:bridge', 4],
      [2, 'veth:bridge', 4],
    ]);
    expect(rows[0]!.ratio).toMatchObject({
      ratio: near(2.01, 2),
      halfWidth: near(0.009, 3),
    });
    expect(overall).toMatchObject({ ratio: near(4.02, 2) });
    expect([onlyA.map(({ cell }) => cell.pairs), onlyB]).toEqual([[4], []]);
  });
});

describe('two experiments', () => {
  test('are compared cell by cell as independent samples, with the rank test beside', () => {
    const a = { header: head, records: [...of('veth:bridge', VETH), ...of('veth:bridge', VETH, 1)] };
    const b = { header: head, records: [...of('veth:bridge', times(0.5)), ...of('macvlan:bridge', VETH)] };
    const { pairing, rows, onlyA, onlyB } = compareExperiments(a, b);
    expect(pairing).toBe('none');
    expect(rows).toHaveLength(1);
    expect(rows[0]!.ratio).toMatchObject({ ratio: near(1.99, 2) });
    expect(rows[0]!.mannWhitney).toMatchObject({ u: 16, method: 'exact' });
    expect(onlyA.map(({ cell }) => cell.pairs)).toEqual([1]);
    expect(onlyB.map(({ cell }) => cell.driver)).toEqual(['macvlan:bridge']);
  });

  test('keep a cell that only failed on one side, without a ratio', () => {
    const a = { header: head, records: of('veth:bridge', VETH).map(failed) };
    const { rows } = compareExperiments(a, { header: head, records: of('veth:bridge', VETH) });
    expect(rows).toMatchObject([{ ratio: { estimable: false }, a: { failures: { 'flow-missing': 4 } } }]);
    expect(rows[0]).not.toHaveProperty('mannWhitney');
  });
});

describe('the gate', () => {
  const gated = (factors: number[], threshold = 0.95) => {
    const a = {
      header: head,
      records: factors.flatMap((factor, index) => of('veth:bridge', times(factor), 2 ** index)),
    };
    const b = { header: head, records: factors.flatMap((_, index) => of('veth:bridge', VETH, 2 ** index)) };
    return gate(compareExperiments(a, b), threshold);
  };

  test.each([
    { factors: [0.3], place: 'below', passed: false },
    { factors: [0.95], place: 'undecided', passed: true },
    { factors: [3], place: 'holds', passed: true },
    { factors: [0], place: 'unjudged', passed: false },
  ])('puts a ratio of $factors in "$place"', ({ factors, place, passed }) => {
    const result = gated(factors);
    const lists = { below: 0, undecided: 0, holds: 0, unjudged: 0, [place]: 1 };
    const counts = Object.fromEntries(
      Object.keys(lists).map((list) => [list, result[list as 'below'].length]),
    );
    expect(counts).toEqual(lists);
    expect(result.passed).toBe(passed);
  });

  test('one ratio shown to be below is enough to fail', () => {
    expect(gated([3, 3, 0.2])).toMatchObject({ passed: false, below: [{ a: { cell: { pairs: 4 } } }] });
  });

  test('asks more of each ratio the more there are', () => {
    expect(gated([0.72]).below).toHaveLength(1);
    expect(gated([0.72, 0.95, 0.95]).below).toHaveLength(0);
  });
});
