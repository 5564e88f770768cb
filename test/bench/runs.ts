/** What a run takes beyond its warm-up and window, everything included, and where the time goes. */
import { median } from 'simple-statistics';
import type { Phases, RunRecord } from '../../src/results/record.js';
import { runExperiment } from './experiment.js';
import { seconds, type Finding } from './finding.js';

const OMIT = 0.5;
const DURATION = 1;
const BLOCKS = 5;
/** Seconds, by pairs. */
const MOST = new Map([
  [1, 0.8],
  [128, 4],
]);
const WINDOW_MUST_HOLD = 128;

/** Beyond these a run's time is the tool's. */
const ASKED: (keyof Phases)[] = ['omit', 'window'];

export async function runs(): Promise<Finding[]> {
  const records = await runExperiment({
    drivers: 'macvlan,veth',
    pairs: [...MOST.keys()].join(','),
    omit: `${OMIT}s`,
    duration: `${DURATION}s`,
    blocks: BLOCKS,
  });
  return [
    ...[...MOST].flatMap(([pairs, most]) => timeOf(records, pairs, most)),
    windows(records.filter(({ cell }) => cell.pairs === WINDOW_MUST_HOLD)),
  ];
}

function timeOf(records: RunRecord[], pairs: number, most: number): Finding[] {
  const beyond = records.flatMap((record, at) => {
    const next = records[at + 1];
    return next && record.cell.pairs === pairs ? [wholeSeconds(record, next) - OMIT - DURATION] : [];
  });
  const value = median(beyond);
  const what = `time per run beyond warm-up and window, ${count(pairs)}`;
  const range = `${seconds(Math.min(...beyond))} to ${seconds(Math.max(...beyond))} in ${beyond.length} runs`;
  const own = records.filter(({ cell }) => cell.pairs === pairs);
  return [
    {
      what,
      bench: seconds(value),
      against: range,
      limit: { text: `at most ${most} s`, met: value <= most },
    },
    ...phasesOf(own),
  ];
}

/** From its start to the start of the next: the record that is written down is in it. */
function wholeSeconds(record: RunRecord, next: RunRecord): number {
  return (Date.parse(next.startedAt) - Date.parse(record.startedAt)) / 1000;
}

function phasesOf(records: RunRecord[]): Finding[] {
  const names = Object.keys(records[0]!.phases) as (keyof Phases)[];
  return names
    .filter((name) => !ASKED.includes(name))
    .map((name) => ({
      what: `  ${name}`,
      bench: seconds(median(records.map(({ phases }) => phases[name] ?? 0))),
    }));
}

function windows(records: RunRecord[]): Finding {
  const held = records.filter(
    ({ measurement }) => measurement && measurement.window.seconds >= measurement.window.asked,
  );
  const met = held.length === records.length;
  return {
    what: `the window held the asked duration, ${count(WINDOW_MUST_HOLD)}`,
    bench: `${held.length} of ${records.length} runs`,
    limit: { text: 'every run', met },
  };
}

const count = (pairs: number): string => `${pairs} pair${pairs === 1 ? '' : 's'}`;
