/** Flags that come on top of a scenario file: split into values here, checked by the file's own schema. */
import { fail } from '../failures.js';
import { DEFAULTS, helpOf, type FactorKey } from './defaults.js';
import { squiggle, type Mistake, type Span } from './mistakes.js';

/** Every flag, as argument parsers name it, with the key that it sets. */
const FLAGS = {
  drivers: 'drivers',
  reference: 'reference',
  pairs: 'pairs',
  mtu: 'mtu',
  method: 'method',
  placement: 'placement',
  congestionControl: 'congestion_control',
  udpLength: 'udp_length',
  omit: 'omit',
  duration: 'duration',
  blocks: 'repeat',
  repeat: 'repeat',
  seed: 'seed',
  retries: 'retries',
} as const satisfies Record<string, FactorKey>;

export type OverrideName = keyof typeof FLAGS;

/** What each flag is for: `--blocks` is the short form of `--repeat` with a number. */
export const OVERRIDE_HELP: Record<OverrideName, string> = {
  ...(Object.fromEntries(Object.entries(FLAGS).map(([name, key]) => [name, helpOf(DEFAULTS[key])])) as Record<
    OverrideName,
    string
  >),
  blocks: 'number of blocks: how often every cell is measured',
  repeat: 'blocks until ratios are precise enough: min=10,max=30,precision=2.5%,budget=8h',
};

/** A flag as it was typed. */
interface Flag {
  /** With its dashes. */
  name: string;
  text: string;
}

/** Flags that were given, not yet checked. */
export interface Overrides {
  /** By key, as a file would hold them. */
  values: Partial<Record<FactorKey, unknown>>;
  flags: Partial<Record<FactorKey, Flag>>;
}

/**
 * Takes the flags of `OVERRIDE_HELP` out of parsed arguments; lists are split at commas, and a flag given twice adds to its list.
 * Two flags that set the same key are refused ('usage').
 */
export function parseOverrides(raw: Readonly<Record<string, unknown>>): Overrides {
  const overrides: Overrides = { values: {}, flags: {} };
  for (const [name, key] of Object.entries(FLAGS)) {
    const given = raw[name];
    if (given === undefined) continue;
    const flag = {
      name: `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      text: [given].flat().map(String).join(','),
    };
    const other = overrides.flags[key];
    if (other)
      fail('usage', `${other.name} and ${flag.name} both say how often to measure: give one of them.`);
    overrides.flags[key] = flag;
    overrides.values[key] = valueOf(key, flag.text);
  }
  return overrides;
}

/** Refuses flags ('usage'), showing each mistake in the flag as it was typed. */
export function refuseFlags({ flags }: Overrides, mistakes: Mistake[]): never {
  const shown = mistakes.map(({ path: [key, item], problem }) => {
    const flag = flags[key as FactorKey];
    if (!flag) throw new Error(`A mistake in a flag that was not given: ${String(key)}`);
    const subject = typeof item === 'string' ? `${item} ` : '';
    return squiggle(flag.name, subject + problem, spanOf(flag, item));
  });
  return fail('usage', 'The flags have mistakes:', shown.join('\n'));
}

/** A flag's text as a file's value. */
function valueOf(key: FactorKey, text: string): unknown {
  if (key === 'repeat' && text.includes('=')) return Object.fromEntries(text.split(',').map(keyAndValue));
  const isList = 'value' in DEFAULTS[key] && Array.isArray(DEFAULTS[key].value);
  return isList ? text.split(',').map(scalar) : scalar(text);
}

function keyAndValue(piece: string): [string, unknown] {
  const [key = '', value = ''] = piece.split('=', 2);
  return [key.trim(), scalar(value)];
}

/** A plain decimal number as a number, everything else as text. */
function scalar(text: string): string | number {
  const trimmed = text.trim();
  return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
}

/** Where in a flag's text the list's item with this index, or the piece with this key, stands; or all of it. */
function spanOf({ name, text }: Flag, item: PropertyKey | undefined): Span {
  const line = `${name} ${text}`;
  const pieces = text.split(',');
  const index = typeof item === 'number' ? item : pieces.findIndex((piece) => keyAndValue(piece)[0] === item);
  const piece = pieces[index];
  if (piece === undefined) return { line, from: name.length + 1, to: line.length };
  const before = pieces
    .slice(0, index)
    .map((earlier) => `${earlier},`)
    .join('');
  const leading = piece.length - piece.trimStart().length;
  const from = name.length + 1 + before.length + leading;
  return { line, from, to: from + piece.trim().length };
}
