/** The drivers there are, and how people name them. */
import { fail } from '../failures.js';
import type { DriverId, Topology } from '../scenario/scenario.js';
import { didYouMean } from '../scenario/suggest.js';
import type { Driver, Variant } from './driver.js';
import { host } from './host/index.js';
import { ipvlan } from './ipvlan/index.js';
import { macvlan } from './macvlan/index.js';
import { veth } from './veth/index.js';

export const DRIVERS: readonly Driver[] = [host, veth, macvlan, ipvlan];

export interface ParsedDriver {
  driver: Driver;
  variant: Variant;
}

/** Reads `veth`, `macvlan:vepa`, `ipvlan:l3:bridge`: a driver alone means its first variant. */
export function parseDriver(text: string): ParsedDriver | { problem: string } {
  const name = text.split(':')[0]!;
  const driver = DRIVERS.find((candidate) => candidate.name === name);
  if (!driver) return { problem: noneOf(text, name, names) };
  const named = (variant: Variant) => variant.id === text || variant.aliases?.includes(text);
  const variant = text === name ? driver.variants[0] : driver.variants.find(named);
  return variant ? { driver, variant } : { problem: noneOf(text, text, idsOf(driver)) };
}

/** The id by which records and reports know a driver: `macvlan` is `macvlan:bridge`. */
export function canonicalDriver(text: string): DriverId | { problem: string } {
  const parsed = parseDriver(text);
  return 'problem' in parsed ? parsed : parsed.variant.id;
}

/** The driver of an id. Errors: `usage` if there is none. */
export function driverOf(id: DriverId): ParsedDriver {
  const parsed = parseDriver(id);
  return 'problem' in parsed ? fail('usage', parsed.problem) : parsed;
}

/** Whether pairs can be measured on whatever machine, or why not; `staying` is an uplink that stays with its machine. */
export function measurable(
  { variant }: ParsedDriver,
  topology: Topology,
  staying: string | undefined,
): true | string {
  const answer = variant.measurable[topology];
  if (answer !== true || staying === undefined) return answer;
  const { shares = topology === 'local' || 'it needs the uplink in its testbed' } = variant;
  return shares === true || `${staying} stays as it is, and ${shares}`;
}

function noneOf(text: string, word: string, known: string[]): string {
  return `${JSON.stringify(text)} is none of ${known.join(', ')}${didYouMean(word, known)}`;
}

const names = DRIVERS.map(({ name }) => name);
const idsOf = ({ variants }: Driver): string[] => variants.map(({ id }) => id);
