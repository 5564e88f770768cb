/** Defaults, file, profile and flags laid over each other: a complete scenario. */
import { DEFAULTS, type FactorKey } from './defaults.js';
import { factorsSchema, type CanonicalDriver, type Factors, type ScenarioFile } from './file.js';
import type { Mistake } from './mistakes.js';
import type { DriverId, Scenario } from './scenario.js';

/** Keys that were set in one place: at a file's top, in a profile, by flags. */
export interface Layer {
  factors: Factors;
  /** Refuses what was set there; paths start at the layer. */
  refuse: (mistakes: Mistake[]) => never;
}

/** All factors have a value, but the reference, whose default depends on the drivers. */
type Complete = { [Key in Exclude<FactorKey, 'reference'>]: Exclude<Factors[Key], undefined> };

/** The complete scenario. Later layers win, key by key. Refuses a reference that is not among the drivers. */
export function resolve(
  { name, topology, protocol }: Pick<ScenarioFile, 'name' | 'topology' | 'protocol'>,
  layers: readonly Layer[],
  canonical: CanonicalDriver,
): Scenario {
  const { limits, repeat, congestion_control, udp_length, ...factors } = layOver(layers, canonical);
  return {
    name,
    topology,
    protocol,
    ...factors,
    reference: referenceOf(layers, factors.drivers),
    congestionControl: protocol === 'tcp' ? congestion_control : [],
    udpLength: protocol === 'udp' ? udp_length : [],
    repeat: typeof repeat === 'number' ? { kind: 'fixed', blocks: repeat } : adaptiveRepeat(repeat),
    limits: {
      crossCheck: limits.cross_check,
      sampling: limits.sampling,
      retransmits: limits.retransmits,
      steal: limits.steal,
    },
  };
}

/** Every factor's value: from the last layer that sets it, or its default. */
function layOver(layers: readonly Layer[], canonical: CanonicalDriver): Complete {
  const values = Object.entries(DEFAULTS).flatMap(([key, of]) => ('value' in of ? [[key, of.value]] : []));
  const schema = factorsSchema(canonical).omit({ reference: true }).required();
  const defaults = schema.parse(Object.fromEntries(values));
  return layers.reduce<Complete>((below, { factors }) => Object.assign(below, factors), defaults);
}

function adaptiveRepeat({ budget, ...bounds }: Exclude<Complete['repeat'], number>): Scenario['repeat'] {
  return { kind: 'adaptive', ...bounds, ...(budget === undefined ? {} : { budget }) };
}

/** The reference asked for; the first driver if there is none, or if a later layer chose drivers without it. */
function referenceOf(layers: readonly Layer[], drivers: DriverId[]): DriverId {
  const asked = layers.findLast(({ factors }) => factors.reference !== undefined);
  if (asked?.factors.reference && drivers.includes(asked.factors.reference)) return asked.factors.reference;
  const chooser = layers.findLastIndex(({ factors }) => factors.drivers !== undefined);
  if (asked && layers.indexOf(asked) >= chooser)
    asked.refuse([
      { path: ['reference'], problem: `must be one of the drivers measured: ${drivers.join(', ')}` },
    ]);
  return drivers[0]!;
}
