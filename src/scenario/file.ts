/** What a scenario file may hold: one schema checks files and flags, and feeds the editors' hints. */
import { z } from 'zod';
import { DURATION, PERCENT, parseDuration, parsePercent } from '../units.js';
import { ADAPTIVE_DEFAULTS, DEFAULTS, LIMIT_DEFAULTS, helpOf, type FactorKey } from './defaults.js';
import { MAPPING, matching, must, oneOf, show, text, whole } from './rules.js';
import { METHODS, PLACEMENTS, PROTOCOLS, TOPOLOGIES, type DriverId } from './scenario.js';

/** Turns a driver as people write it into its canonical id: `macvlan` into `macvlan:bridge`. */
export type CanonicalDriver = (text: string) => DriverId | { problem: string };

/** Text such as `10s`, read as seconds. */
const time = matching(DURATION, 'a time with its unit, such as 500ms, 1s, 10m or 8h').transform(
  (duration) => parseDuration(duration) ?? NaN,
);

const timeAboveZero = time.refine((seconds) => seconds > 0, must('more than 0 seconds'));

const SHARE = 'a share from 0% to 100%, such as 2.5% or 0.025';

/** `2.5%` or 0.025, read as a fraction of 1. */
const share = z
  .union([
    z.number(must(SHARE)),
    matching(PERCENT, SHARE).transform((percent) => parsePercent(percent) ?? NaN),
  ])
  .refine((fraction) => fraction >= 0 && fraction <= 1, must(SHARE));

/** One value or a list of at least one, each once; read as a list. */
function oneOrMore<Item extends z.ZodType>(item: Item) {
  const list = z
    .array(item)
    .min(1, { error: 'must have at least one value' })
    .superRefine((values, context) => {
      values.forEach((value, index) => {
        if (values.indexOf(value) === index) return;
        context.addIssue({ code: 'custom', path: [index], message: `is given twice: ${show(value)}` });
      });
    });
  return z.union([item, list]).transform((value) => [value].flat() as z.output<Item>[]);
}

/** A key that may be left out, described for editors. */
const optional = <Schema extends z.ZodType>(of: Parameters<typeof helpOf>[0], schema: Schema) =>
  schema.optional().describe(helpOf(of));

/** A key inside a factor: its default is filled in at once. */
const filled = <Schema extends z.ZodType>(
  of: { description: string; value: z.input<Schema> & z.core.util.NoUndefined<z.input<Schema>> },
  schema: Schema,
) => schema.prefault(of.value).describe(helpOf(of));

const adaptive = z
  .strictObject(
    {
      min: filled(ADAPTIVE_DEFAULTS.min, whole(1)),
      max: filled(ADAPTIVE_DEFAULTS.max, whole(1)),
      precision: filled(ADAPTIVE_DEFAULTS.precision, share),
      budget: optional(ADAPTIVE_DEFAULTS.budget, timeAboveZero),
    },
    MAPPING,
  )
  .refine(({ min, max }) => min <= max, {
    error: 'must have a min that is not above its max',
  });

const limits = z.strictObject(
  {
    cross_check: filled(LIMIT_DEFAULTS.cross_check, share),
    sampling: filled(LIMIT_DEFAULTS.sampling, share),
    retransmits: filled(LIMIT_DEFAULTS.retransmits, share),
    steal: filled(LIMIT_DEFAULTS.steal, share),
  },
  MAPPING,
);

const BLOCKS = 'a number of blocks from 1, or min, max, precision and budget';
const DATAGRAM = "'fit' or a whole number from 1 to 65507";

/** A driver's name, read as its canonical id. */
function driver(canonical: CanonicalDriver) {
  const rule = must('a driver such as veth or ipvlan:l3');
  return z
    .string(rule)
    .min(1, rule)
    .transform((name, context): DriverId => {
      const known = canonical(name);
      if (typeof known === 'string') return known;
      context.addIssue({ code: 'custom', message: `is no driver: ${known.problem}` });
      return z.NEVER;
    });
}

/** The keys that a scenario, a profile and flags may set. Read values are in seconds, bytes and fractions of 1. */
export function factorsSchema(canonical: CanonicalDriver) {
  const keys = {
    question: text,
    drivers: oneOrMore(driver(canonical)),
    reference: driver(canonical),
    pairs: oneOrMore(whole(1)),
    mtu: oneOrMore(whole(68, 65535)),
    method: oneOrMore(oneOf(METHODS)),
    placement: oneOrMore(oneOf(PLACEMENTS)),
    congestion_control: oneOrMore(matching(/^[a-z][a-z0-9_-]*$/, 'a name such as cubic or bbr')),
    udp_length: oneOrMore(z.union([z.literal('fit', must(DATAGRAM)), whole(1, 65507, DATAGRAM)])),
    omit: time,
    duration: timeAboveZero,
    repeat: z.union([whole(1, undefined, BLOCKS), adaptive]),
    seed: whole(0),
    retries: whole(0),
    limits,
    claims: z.array(matching(/^S[1-9]\d*$/, 'the id of a claim such as S1'), must('a list such as [S1, S2]')),
  } satisfies Record<FactorKey, z.ZodType>;
  return z.strictObject(described(keys), MAPPING);
}

type Described<Keys extends Record<FactorKey, z.ZodType>> = { [Key in FactorKey]: z.ZodOptional<Keys[Key]> };

/** Every key optional, with its description. */
function described<Keys extends Record<FactorKey, z.ZodType>>(keys: Keys): Described<Keys> {
  const entries = Object.entries(keys).map(([key, schema]) => [
    key,
    optional(DEFAULTS[key as FactorKey], schema),
  ]);
  return Object.fromEntries(entries) as Described<Keys>;
}

const NAME = matching(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and dashes');

/** A whole scenario file; read with its factors apart from what it is. */
export function scenarioFileSchema(canonical: CanonicalDriver) {
  const factors = factorsSchema(canonical);
  const keys = {
    name: NAME.describe('what results of this scenario are called'),
    topology: oneOf(TOPOLOGIES).describe(
      'where the ends of a pair are: on one node, or on two behind a switch',
    ),
    protocol: oneOf(PROTOCOLS).describe('what is sent'),
    ...factors.shape,
    profiles: z
      .record(NAME, factors.meta({ id: 'Profile' }), MAPPING)
      .optional()
      .describe('named variants: the keys of the chosen one replace those above'),
  };
  return z.strictObject(keys, MAPPING).transform(({ name, topology, protocol, profiles, ...factors }) => ({
    name,
    topology,
    protocol,
    factors,
    profiles: new Map(Object.entries(profiles ?? {})),
  }));
}

/** A checked file: unknown keys refused, units read, defaults not yet filled in. */
export type ScenarioFile = z.output<ReturnType<typeof scenarioFileSchema>>;

/** The keys that a file, a profile or flags set. */
export type Factors = z.output<ReturnType<typeof factorsSchema>>;
