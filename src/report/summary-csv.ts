/** What was computed, as CSV: a row per cell, and a row per comparison behind a claim's verdict. */
import type { CellSummary } from '../statistics/cells.js';
import { confidenceOf, intervalOf, sizeOf, valueOf, type Kind } from '../statistics/claims/figure.js';
import type { Finding, PartVerdict, Verdict } from '../statistics/claims/verdict.js';
import type { Description } from '../statistics/describe.js';
import { CELL_COLUMNS, STRATUM_COLUMNS, csv, within, type Column } from './csv.js';
import type { ReportModel } from './model.js';
import { failedRuns } from './sections/cells.js';

interface CellRow {
  experiment: string;
  summary: CellSummary;
}

interface FindingRow {
  verdict: Verdict;
  part: PartVerdict;
  finding: Finding;
}

const SUMMARY_COLUMNS: Column<CellRow>[] = [
  ['experiment', (row) => row.experiment],
  ...within(CELL_COLUMNS, ({ summary }: CellRow) => summary.cell),
  ['n', ({ summary }) => summary.n],
  ['failures', ({ summary }) => failedRuns(summary)],
  ['failure_reasons', ({ summary }) => Object.keys(summary.failures).join(' ')],
  ['runs_with_warnings', ({ summary }) => summary.warned],
  ['outlier_runs', ({ summary }) => summary.outliers.join(' ')],
  ...described('throughput', 'bit_per_s', (summary) => summary.throughput),
  ...described('per_pair', 'bit_per_s', (summary) => summary.perPair),
  ...described('sum_of_flow_means', 'bit_per_s', (summary) => summary.sumOfFlowMeans),
  ...described('sum_of_flow_means_to_throughput', 'ratio', (summary) => summary.naiveToTruth),
  ...described('fairness', 'jain', (summary) => summary.fairness),
  ...described('cpu', 's_per_gigabit', (summary) => summary.cpuSecondsPerGigabit),
  ...described('steal', 'fraction', (summary) => summary.stealShare),
  ...described('udp_loss', 'fraction', (summary) => summary.udpLoss),
  ...described('udp_sent', 'bit_per_s', (summary) => summary.udpSent),
  ...described('udp_hellos_lost', 'per_run', (summary) => summary.reconnects),
];

/** Of a claim's figures, their ranges and intervals. */
const UNITS: Record<Kind, string> = { ratio: '1', difference: 'bit/s', share: '1', count: 'times' };

const CLAIM_COLUMNS: Column<FindingRow>[] = [
  ['claim', ({ verdict }) => verdict.id],
  ['statement', ({ part }) => part.words],
  ...within(STRATUM_COLUMNS, ({ finding }: FindingRow) => finding.stratum),
  ['figure', ({ part }) => part.kind],
  ['unit', ({ part }) => UNITS[part.kind]],
  ['range_low', ({ part }) => finite(part.range.low)],
  ['range_high', ({ part }) => finite(part.range.high)],
  ['value', ({ finding }) => valueOf(finding.figure)],
  ['interval_low', ({ finding }) => finite(intervalOf(finding.figure)?.low)],
  ['interval_high', ({ finding }) => finite(intervalOf(finding.figure)?.high)],
  ['interval_confidence_fraction', ({ finding }) => confidenceOf(finding.figure)],
  ['n', ({ finding }) => sizeOf(finding.figure)],
  ['ruling', ({ finding }) => finding.ruling],
  ['in_words', ({ finding }) => finding.text],
];

/** One row per cell of every experiment, measured or not. */
export function summaryCsv({ experiments }: ReportModel): Iterable<string> {
  const rows = experiments.flatMap(({ header, settings }) =>
    settings.flatMap(({ cells }) => cells.map((summary) => ({ experiment: header.id, summary }))),
  );
  return csv(SUMMARY_COLUMNS, rows);
}

/** One row per comparison that a verdict rests on. */
export function claimsCsv({ verdicts }: ReportModel): Iterable<string> {
  const rows = verdicts.flatMap((verdict) =>
    verdict.parts.flatMap((part) => part.findings.map((finding) => ({ verdict, part, finding }))),
  );
  return csv(CLAIM_COLUMNS, rows);
}

/** Without a bound there is no number. */
function finite(bound: number | undefined): number | undefined {
  return bound === Infinity ? undefined : bound;
}

/** All that a description holds but n, each with the quantity's name before and its unit behind. */
function described(
  name: string,
  unit: string,
  of: (summary: CellSummary) => Description | undefined,
): Column<CellRow>[] {
  const column = (word: string, pick: (description: Description) => number | undefined): Column<CellRow> => [
    `${name}_${word}_${unit}`,
    ({ summary }) => {
      const description = of(summary);
      return description && pick(description);
    },
  ];
  return [
    column('mean', ({ mean }) => mean),
    column('standard_deviation', ({ standardDeviation }) => standardDeviation),
    column('standard_error', ({ standardError }) => standardError),
    column('interval95_low', ({ interval95 }) => interval95?.low),
    column('interval95_high', ({ interval95 }) => interval95?.high),
    column('median', ({ median }) => median),
    column('min', ({ min }) => min),
    column('max', ({ max }) => max),
  ];
}
