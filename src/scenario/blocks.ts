/** The order in which things are measured: random, and yet the same whenever a scenario is run with its seed. */
import { createHash } from 'node:crypto';
import { stratumKey } from './cells.js';
import type { Block, Scenario, Stratum } from './scenario.js';

/**
 * The blocks of one repetition: every remaining stratum once, each with all drivers once, both in random order.
 * A stratum's or driver's place among the others does not depend on which of them are left.
 */
export function repetition(
  { seed, drivers }: Pick<Scenario, 'seed' | 'drivers'>,
  number: number,
  remaining: readonly Stratum[],
): Block[] {
  const salt = `${seed}/${number}`;
  return shuffled(remaining, salt, stratumKey).map((stratum) => ({
    repetition: number,
    stratum,
    drivers: shuffled(drivers, `${salt}/${stratumKey(stratum)}`, String),
  }));
}

/** Items by the SHA-256 of their salted key: uniformly random over salts, and independent of each other. */
function shuffled<Item>(items: readonly Item[], salt: string, keyOf: (item: Item) => string): Item[] {
  const ranked = items.map((item) => ({ item, rank: rankOf(`${salt}/${keyOf(item)}`) }));
  return ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ item }) => item);
}

const rankOf = (text: string): string => createHash('sha256').update(text).digest('hex');
