/** Rules for values in files that people write; each complains with the rule and the value. */
import { z } from 'zod';
import { didYouMean } from './suggest.js';

/** The complaint of a rule: `must be <rule>, not <value>`, or that there is no value. */
export function must(rule: string) {
  const error = ({ input }: { input?: unknown }): string =>
    input === undefined ? `is missing: it must be ${rule}` : `must be ${rule}, not ${show(input)}`;
  return { error };
}

export const show = (value: unknown): string =>
  value === null ? 'nothing' : typeof value === 'number' ? String(value) : JSON.stringify(value);

export const MAPPING = must('keys with values, each as `key: value`');

/** An integer in bounds; both included. */
export function whole(
  min: number,
  max?: number,
  rule = `a whole number from ${min}${max ? ` to ${max}` : ''}`,
) {
  return z
    .int(must(rule))
    .min(min, must(rule))
    .max(max ?? Number.MAX_SAFE_INTEGER, must(rule));
}

export const text = z.string(must('text'));

/** Text of a certain form. */
export const matching = (pattern: RegExp, rule: string) => z.string(must(rule)).regex(pattern, must(rule));

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  const { error } = must(`one of ${words.join(', ')}`);
  return z.enum(words, { error: ({ input }) => error({ input }) + didYouMean(String(input), words) });
}
