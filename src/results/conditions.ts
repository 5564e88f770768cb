/** What must be the same for records to belong to one experiment. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { Scenario } from '../scenario/scenario.js';
import type { Environment, ExperimentHeader, Unavailable } from './record.js';
import { subjectOf } from './unavailable.js';

/** What may change without changing what is measured. */
const WORDS_ONLY = new Set<keyof Scenario>(['question', 'claims', 'profile']);

/** Every condition that differs: `kernel of node local: 6.1.0 then, 6.12.0 now`. */
export function differences(then: ExperimentHeader, now: ExperimentHeader): string[] {
  return [
    ...compare('bench', then.benchVersion, now.benchVersion),
    ...scenarioDifferences(then.scenario, now.scenario),
    ...compare('what is unavailable', then.unavailable.map(subject), now.unavailable.map(subject)),
    ...nodeDifferences(then.environments, now.environments),
  ];
}

const subject = (entry: Unavailable): string => subjectOf(entry);

function scenarioDifferences(then: Scenario, now: Scenario): string[] {
  const keys = Object.keys({ ...then, ...now }) as (keyof Scenario)[];
  const measured = keys.filter((key) => !WORDS_ONLY.has(key));
  return measured.flatMap((key) => compare(`${key} of the scenario`, then[key], now[key]));
}

function nodeDifferences(then: Environment[], now: Environment[]): string[] {
  const names = new Set([...then, ...now].map(({ node }) => node));
  return [...names].flatMap((name) => {
    const [before, after] = [then, now].map((nodes) => nodes.find(({ node }) => node === name));
    return [
      ...compare(`kernel of node ${name}`, before?.kernel, after?.kernel),
      ...compare(`boot of node ${name}`, before?.bootId, after?.bootId),
      ...compare(`iperf3 of node ${name}`, before?.iperf3, after?.iperf3),
      ...compare(`uplink of node ${name}`, before?.uplink, after?.uplink),
    ];
  });
}

function compare(what: string, then: unknown, now: unknown): string[] {
  return isDeepStrictEqual(then, now) ? [] : [`${what}: ${show(then)} then, ${show(now)} now`];
}

const show = (value: unknown): string =>
  value === undefined ? 'absent' : typeof value === 'string' ? value : JSON.stringify(value);
