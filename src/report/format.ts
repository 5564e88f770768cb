/** Numbers as people read them. What is undefined is a dash, never a zero. */
import type { Interval } from '../statistics/describe.js';

export const UNDEFINED = '—';

/** Bits in a gigabit. */
export const GIGA = 1e9;

const SHORT = new Intl.NumberFormat('en', { minimumSignificantDigits: 4, maximumSignificantDigits: 4 });

/** Four significant digits: `47.20`, `0.9876`, `1,234`. */
export function number(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? UNDEFINED : SHORT.format(value);
}

/** An interval in a unit `scale` times as large as its own: `[46.1, 48.3]`. */
export function interval(of: Interval | undefined, scale = 1): string {
  return of ? `[${number(of.low / scale)}, ${number(of.high / scale)}]` : UNDEFINED;
}

/** The range that numbers take: `5`, or `4 to 5`. */
export function span(values: number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? String(most) : `${least} to ${most}`;
}

/** `1 run`, `2 runs`; `plural` where an s won't do. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}
