/** What is wrong with a file or with flags, and how it is shown: the place, the line, and a squiggle under the text. */
import type { z } from 'zod';
import { ADAPTIVE_DEFAULTS, DEFAULTS, LIMIT_DEFAULTS } from './defaults.js';
import { didYouMean } from './suggest.js';

export type Path = readonly PropertyKey[];

export interface Mistake {
  /** Keys and indices that lead to the value. */
  path: Path;
  /** Whether the key is wrong, not its value. */
  onKey?: boolean;
  /** What is wrong, to follow the name of the key: `must be a whole number from 1, not 2.5`. */
  problem: string;
}

type Issue = z.core.$ZodIssue;

/** The keys that a mapping may have, by where it stands. */
type KnownKeys = (path: Path) => string[];

/** All mistakes that a schema found. */
export const mistakesOf = (error: z.ZodError, known: KnownKeys = keysAt): Mistake[] =>
  error.issues.flatMap((issue) => fromIssue(issue, [], known));

/** An issue below a path as mistakes: one per unknown key, and of a union those of the branch that was meant. */
function fromIssue(issue: Issue, above: Path, known: KnownKeys): Mistake[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, known(path)));
  if (issue.code === 'invalid_key')
    return [{ path, onKey: true, problem: issue.issues.map(({ message }) => message).join('; ') }];
  if (issue.code === 'invalid_union')
    return meantBranch(issue.errors).flatMap((inner) => fromIssue(inner, path, known));
  return [{ path, problem: issue.message }];
}

/** The branch of a union that a value is closest to: the first whose very type fits, or the first. */
function meantBranch(branches: Issue[][]): Issue[] {
  return branches.find((issues) => !issues.some(isOfAnotherType)) ?? branches[0] ?? [];
}

const isOfAnotherType = ({ path, code }: Issue): boolean =>
  path.length === 0 && ['invalid_type', 'invalid_value', 'invalid_union'].includes(code);

function unknownKey(path: Path, key: string, known: string[]): Mistake {
  return { path: [...path, key], onKey: true, problem: `is not a known key${didYouMean(key, known)}` };
}

/** The keys of a scenario. */
function keysAt(path: Path): string[] {
  const place = path.at(-1);
  if (place === 'limits') return Object.keys(LIMIT_DEFAULTS);
  if (place === 'repeat') return Object.keys(ADAPTIVE_DEFAULTS);
  const own = path.length === 0 ? ['name', 'topology', 'protocol', 'profiles'] : [];
  return [...own, ...Object.keys(DEFAULTS)];
}

/** A path as people write it: `profiles.quick.pairs[1]`. */
export function pathText(path: Path): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '');
}

/** A span of one line of text. Columns count from 0; `to` is the first one behind it. */
export interface Span {
  line: string;
  from: number;
  to: number;
}

/** The problem after its place, then the line with a squiggle under the span. */
export function squiggle(place: string, problem: string, { line, from, to }: Span): string {
  const indent = line.slice(0, from).replace(/[^\t]/g, ' ');
  const length = Math.max(1, Math.min(to, line.length) - from);
  return `${place}: ${problem}\n    ${line}\n    ${indent}^${'~'.repeat(length - 1)}`;
}
