import { describe, expect, test } from 'vitest';
import { repetition } from '../../src/scenario/blocks.js';
import { strata, stratumKey } from '../../src/scenario/cells.js';
import { load } from './help.js';

const scenario = await load('local-tcp');
const all = strata(scenario);

const orderOf = (seed: number, number: number, remaining = all): string[] =>
  repetition({ ...scenario, seed }, number, remaining).map(
    ({ stratum, drivers }) => `${stratumKey(stratum)}: ${drivers.join(' ')}`,
  );

/** Chi-squared statistic of observed counts against equal ones. */
function chiSquared(counts: number[]): number {
  const expected = counts.reduce((sum, count) => sum + count) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('a repetition', () => {
  test('visits every stratum once, and in it every driver once', () => {
    const blocks = repetition(scenario, 3, all);
    expect(blocks.map(({ stratum }) => stratumKey(stratum)).sort()).toEqual(all.map(stratumKey).sort());
    for (const { drivers, repetition: number } of blocks) {
      expect(drivers.toSorted()).toEqual(scenario.drivers.toSorted());
      expect(number).toBe(3);
    }
  });

  test('is the same for the same seed, and another for another seed or number', () => {
    expect(orderOf(1, 0)).toEqual(orderOf(1, 0));
    expect(orderOf(2, 0)).not.toEqual(orderOf(1, 0));
    expect(orderOf(1, 1)).not.toEqual(orderOf(1, 0));
  });

  test('is what it was when experiments that are now resumed were begun', () => {
    expect(orderOf(1, 0).slice(0, 2)).toMatchInlineSnapshot(`
      [
        "local tcp cubic concurrent mtu=9000 pairs=16 placement=none: macvlan:bridge veth:bridge ipvlan:l3 host",
        "local tcp cubic concurrent mtu=9000 pairs=1 placement=none: host macvlan:bridge veth:bridge ipvlan:l3",
      ]
    `);
  });

  test('keeps its order when strata drop out, or come in another order', () => {
    const remaining = all.filter((_, index) => index % 3 !== 0).reverse();
    const kept = new Set(remaining.map(stratumKey));
    const expected = orderOf(1, 5).filter((line) => kept.has(line.split(':')[0]!));
    expect(orderOf(1, 5, remaining)).toEqual(expected);
  });

  test('orders drivers uniformly: all 24 orders of four are equally frequent over seeds', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 4800; seed++) {
      const order = repetition({ ...scenario, seed }, 0, all.slice(0, 1))[0]!.drivers.join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // The 99.9 % quantile of chi-squared with 23 degrees of freedom; seeds are fixed, so this never flickers.
    expect(chiSquared([...counts.values()])).toBeLessThan(49.7);
  });

  test('puts every stratum first equally often over seeds', () => {
    const counts = new Map(all.map((stratum) => [stratumKey(stratum), 0]));
    for (let seed = 0; seed < 3200; seed++) {
      const first = stratumKey(repetition({ ...scenario, seed }, 0, all)[0]!.stratum);
      counts.set(first, counts.get(first)! + 1);
    }
    // 16 strata: the 99.9 % quantile with 15 degrees of freedom.
    expect(chiSquared([...counts.values()])).toBeLessThan(37.7);
  });
});
