/** The answer first: who is ahead by how much, and how sure that is. */
import { describeStratum } from '../../scenario/cells.js';
import type { Topology } from '../../scenario/scenario.js';
import type { Headline, Lead, Rival, StratumStanding } from '../../statistics/headline.js';
import type { Ratio } from '../../statistics/ratio.js';
import { factor } from '../../statistics/words.js';
import type { Entry, Section, Table } from '../document.js';
import { UNDEFINED, count, span } from '../format.js';
import { labelOf } from '../../drivers/label.js';
import type { ExperimentModel } from '../model.js';

/** What the driver host is, by topology. */
const BASELINE: Record<Topology, string> = {
  local:
    "In local figures the driver host is the machine's own loopback: a baseline to compare with, and no competitor " +
    'for the lead.',
  switched:
    "In switched figures the driver host is the nodes' own network stack on their uplinks, without any device of " +
    'containers: a baseline to compare with, and no competitor for the lead.',
};

/** Sentences for every experiment and method. */
export function answer(experiments: ExperimentModel[]): Section {
  const topologies = new Set(experiments.map(({ header }) => header.scenario.topology));
  return {
    title: 'Answer',
    blocks: [
      { kind: 'list', items: experiments.flatMap(headlineSentences) },
      ...[...topologies].map((topology) => ({ kind: 'text', text: BASELINE[topology] }) as const),
    ],
  };
}

/** The ratios that the answer is a mean of, a table per experiment and method. */
export function ratios(experiments: ExperimentModel[]): Section {
  const tables = experiments.flatMap(({ title, headlines }) =>
    headlines.map((headline) => ratioTable(subjectOf(title, headline), headline)),
  );
  return {
    title: 'Drivers compared, stratum by stratum',
    blocks: tables.map((table) => ({ kind: 'table', table })),
  };
}

/** What an experiment says, in a sentence or two per method. */
export function headlineSentences({ title, headlines }: ExperimentModel): string[] {
  if (headlines.length === 0) return [`${title}: nothing was measured.`];
  return headlines.flatMap((headline) => {
    const { lead, toReference } = headline.overall;
    const subject = subjectOf(title, headline);
    if (toReference.length === 0)
      return [
        `${subject}: only ${labelOf(headline.reference)} was measured, so there is nothing to compare.`,
      ];
    const others = toReference.map(({ driver, ratio }) => `${labelOf(driver)} ${ratioText(ratio)}`);
    return [
      ...(lead ? [`${subject}: ${leadSentence(lead)} ${basis(headline)}`] : []),
      `${subject}, as multiples of ${labelOf(headline.reference)}: ${others.join('; ')}.`,
    ];
  });
}

function subjectOf(title: string, { method }: Headline): string {
  return method === 'concurrent' ? title : `${title}, method ${method}`;
}

function leadSentence({ leader, rivals }: Lead): string {
  const behind = rivals.filter((rival) => rival.behind);
  const level = rivals.filter((rival) => !rival.behind);
  const name = labelOf(leader);
  if (behind.length === 0)
    return `no driver is shown to be ahead; ${name} measured highest, ${versus(level)}.`;
  const ahead = `${name} is ahead, ${versus(behind)}.`;
  return level.length === 0 ? ahead : `${ahead} It can't be told apart from the rest: ${versus(level)}.`;
}

/** `1.05× [1.02, 1.08] against ipvlan l3 and 1.17× [1.12, 1.22] against veth + bridge`. */
function versus(rivals: Rival[]): string {
  return rivals.map(({ driver, ratio }) => `${ratioText(ratio)} against ${labelOf(driver)}`).join(' and ');
}

/** What a headline's ratios are means of. */
function basis({ strata }: Headline): string {
  const pairs = span(strata.map(({ stratum }) => stratum.pairs));
  const blocks = span(strata.flatMap(({ toReference }) => toReference.map(({ ratio }) => ratio.n)));
  return `Geometric means over ${count(strata.length, 'stratum', 'strata')} of ${pairs} pairs, n = ${blocks} blocks each, with 95 % intervals.`;
}

/** `1.17× [1.12, 1.22]`. */
function ratioText(ratio: Ratio): string {
  if (!ratio.estimable) return ratio.zeros > 0 ? 'no ratio (a total is 0)' : 'no ratio (no block in common)';
  const { interval } = ratio;
  return `${factor(ratio.ratio)}× ${interval ? `[${factor(interval.low)}, ${factor(interval.high)}]` : '(no interval: n = 1)'}`;
}

function ratioTable(subject: string, { reference, strata, overall }: Headline): Table {
  const drivers = overall.toReference.map(({ driver }) => driver);
  return {
    caption: `${subject}: throughput as a multiple of ${labelOf(reference)}'s in the same block, with its 95 % interval and n blocks.`,
    columns: [
      { title: 'Stratum' },
      ...drivers.map((driver) => ({ title: labelOf(driver), numeric: true })),
      { title: 'Ahead of all others' },
    ],
    rows: strata.map((standing): Entry[] => [
      { text: describeStratum(standing.stratum) },
      ...drivers.map((driver) =>
        ratioEntry(standing.toReference.find((other) => other.driver === driver)?.ratio),
      ),
      leaderEntry(standing),
    ]),
  };
}

function ratioEntry(ratio: Ratio | undefined): Entry {
  if (!ratio?.estimable) return { text: UNDEFINED };
  return { text: `${ratioText(ratio)}, n = ${ratio.n}`, value: ratio.ratio };
}

function leaderEntry({ lead }: StratumStanding): Entry {
  if (!lead) return { text: UNDEFINED };
  const clear = lead.rivals.every((rival) => rival.behind);
  return clear ? { text: labelOf(lead.leader), tone: 'good' } : { text: 'not decided', tone: 'open' };
}
