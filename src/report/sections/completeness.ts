/** What is missing, what failed and what lies apart: nothing of that is hidden, and none of it is a zero. */
import type { RunRecord } from '../../results/record.js';
import { obstacleOf, subjectOf } from '../../results/unavailable.js';
import { describeStratum } from '../../scenario/cells.js';
import type { Cell, Scenario } from '../../scenario/scenario.js';
import type { CellSummary } from '../../statistics/cells.js';
import { groupBy } from '../../statistics/group.js';
import type { Block, Section, Table } from '../document.js';
import { count } from '../format.js';
import { labelOf } from '../../drivers/label.js';
import type { ExperimentModel } from '../model.js';
import { failedRuns } from './cells.js';

/** Sections on what is missing, on failures, and on outliers and warnings. */
export function completeness(experiments: ExperimentModel[]): Section[] {
  return [
    { title: 'What is missing', blocks: experiments.flatMap(missing) },
    { title: 'Failures', blocks: experiments.flatMap(failures) },
    { title: 'Outliers and warnings', blocks: experiments.flatMap(oddities) },
  ];
}

/** Cells that could be measured here, with fewer good runs than planned. */
export function incompleteCells({ header, settings }: ExperimentModel): CellSummary[] {
  const planned = plannedRuns(header.scenario);
  return settings
    .flatMap(({ cells }) => cells)
    .filter(({ n, cell }) => n < planned && !obstacleOf(header.unavailable, cell));
}

/** Good runs that every cell was to have at least. */
function plannedRuns({ repeat }: Scenario): number {
  return repeat.kind === 'fixed' ? repeat.blocks : repeat.min;
}

function missing(experiment: ExperimentModel): Block[] {
  const { header, title, problems } = experiment;
  const incomplete = incompleteCells(experiment);
  const notes = [
    ...header.unavailable.map(
      (obstacle) => `${title}: ${subjectOf(obstacle, labelOf)} was not available: ${obstacle.because}`,
    ),
    ...problems.map((problem) => `${title}: ${problem}`),
  ];
  const planned = plannedRuns(header.scenario);
  return [
    ...(notes.length > 0 ? [{ kind: 'list', items: notes } as const] : []),
    incomplete.length === 0
      ? {
          kind: 'text',
          text: `${title}: every cell that could be measured has at least ${count(planned, 'good run')}.`,
        }
      : { kind: 'table', table: missingTable(title, incomplete, planned) },
  ];
}

/** Cells that lack the same share one row. */
function missingTable(title: string, incomplete: CellSummary[], planned: number): Table {
  const alike = groupBy(incomplete, (summary) =>
    JSON.stringify([{ ...summary.cell, pairs: 0 }, summary.n, failedRuns(summary)]),
  );
  return {
    caption: `${title}: cells with fewer good runs than the ${planned} planned.`,
    columns: [
      { title: 'Driver' },
      { title: 'Cells' },
      { title: 'Good runs (n)', numeric: true },
      { title: 'Planned', numeric: true },
      { title: 'Failed', numeric: true },
    ],
    rows: [...alike.values()].map((group) => {
      const [first] = group as [CellSummary];
      return [
        labelOf(first.cell.driver),
        cellsText(group.map(({ cell }) => cell)),
        first.n,
        planned,
        failedRuns(first),
      ].map((value) => ({ text: String(value) }));
    }),
  };
}

/** `16, 32 pairs, TCP cubic, MTU 1500`, for cells that differ only in pairs. */
function cellsText(cells: Cell[]): string {
  const most = cells.at(-1)!;
  return [...cells.slice(0, -1).map(({ pairs }) => pairs), describeStratum(most)].join(', ');
}

function failures({ title, records }: ExperimentModel): Block[] {
  const failed = records.filter((run) => run.status === 'failed');
  if (failed.length === 0)
    return [{ kind: 'text', text: `${title}: none of ${count(records.length, 'run')} failed.` }];
  const groups = groupBy(failed, (run) => `${run.failure.reason} ${run.cell.driver}`);
  const rows = [...groups.values()].map((runs) => {
    const [first] = runs as [(typeof runs)[number]];
    const pairs = [...new Set(runs.map((run) => run.cell.pairs))].sort((a, b) => a - b);
    const texts = [
      first.failure.reason,
      labelOf(first.cell.driver),
      pairs.join(', '),
      runs.length,
      first.failure.message,
    ];
    return texts.map((value) => ({ text: String(value) }));
  });
  const caption = `${title}: ${failed.length} of ${count(records.length, 'run')} failed; they enter no mean, and each is in runs.csv.`;
  const columns = ['Reason', 'Driver', 'Pairs', 'Runs', 'The first one says'].map((name) => ({
    title: name,
  }));
  return [{ kind: 'table', table: { caption, columns, rows } }];
}

function oddities({ title, counted, settings }: ExperimentModel): Block[] {
  const apart = settings.flatMap(({ cells }) => cells.filter(({ outliers }) => outliers.length > 0));
  const notes = warnings(title, counted);
  return [
    apart.length > 0
      ? { kind: 'table', table: outlierTable(title, apart) }
      : { kind: 'text', text: `${title}: no run lies beyond Tukey's fences.` },
    notes.length > 0
      ? { kind: 'list', items: notes }
      : { kind: 'text', text: `${title}: no run that counts has a warning.` },
  ];
}

function outlierTable(title: string, apart: CellSummary[]): Table {
  return {
    caption: `${title}: runs whose throughput lies beyond Tukey's fences; they are kept in every figure.`,
    columns: [{ title: 'Driver' }, { title: 'Cell' }, { title: 'Runs' }],
    rows: apart.map(({ cell, outliers }) =>
      [labelOf(cell.driver), describeStratum(cell), outliers.join(', ')].map((text) => ({ text })),
    ),
  };
}

/** Warnings that differ only in their numbers are told once, with how many runs have one. */
function warnings(title: string, counted: RunRecord[]): string[] {
  const texts = counted.flatMap((run) => run.warnings.map((text) => ({ text, run })));
  const alike = groupBy(texts, ({ text }) => text.replace(/\d+(\.\d+)?/g, '#'));
  return [...alike.values()].map((group) => {
    const runs = new Set(group.map(({ run }) => run.id)).size;
    const [first] = group as [(typeof group)[number]];
    return `${title}: ${count(runs, 'run')} with a warning such as run ${first.run.id}'s: ${first.text}`;
  });
}
