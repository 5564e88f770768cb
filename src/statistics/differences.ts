/** In which conditions two experiments differ: read before any ratio of theirs. */
import type { ExperimentHeader } from '../results/record.js';

export interface Difference {
  /** `environments.local.kernel`, `scenario.duration`. */
  what: string;
  /** Text as it is, anything else as JSON; absent where the side has no such entry. */
  a?: string;
  b?: string;
}

/** Everything that the headers say differently, but for the experiments' names and dates. */
export function differences(a: ExperimentHeader, b: ExperimentHeader): Difference[] {
  const [left, right] = [conditions(a), conditions(b)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((what) => left.get(what) !== right.get(what))
    .map((what) => ({ what, ...side('a', left.get(what)), ...side('b', right.get(what)) }));
}

function conditions({
  id: _id,
  startedAt: _startedAt,
  environments,
  ...rest
}: ExperimentHeader): Map<string, string> {
  const nodes = Object.fromEntries(environments.map(({ node, ...environment }) => [node, environment]));
  return new Map(leaves({ ...rest, environments: nodes }, []));
}

/** Every value that is not an object by itself, with the keys that lead to it. Lists count as values. */
function leaves(value: unknown, path: string[]): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [[path.join('.'), typeof value === 'string' ? value : JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

function side<Name extends 'a' | 'b'>(name: Name, text: string | undefined): Partial<Record<Name, string>> {
  return text === undefined ? {} : ({ [name]: text } as Record<Name, string>);
}
