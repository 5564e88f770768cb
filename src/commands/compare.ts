/** `bench compare A B`: two drivers of one experiment, or two results folders. */
import { existsSync } from 'node:fs';
import { canonicalDriver } from '../drivers/registry.js';
import { fail } from '../failures.js';
import { headerFile } from '../results/layout.js';
import { countedRecords } from '../results/progress.js';
import { newestResults, readResults, type Experiment } from '../results/read.js';
import { describeStratum } from '../scenario/cells.js';
import type { CellSummary } from '../statistics/cells.js';
import {
  compareDrivers,
  compareExperiments,
  gate,
  type Comparison,
  type Gate,
  type Row,
} from '../statistics/compare.js';
import { differences, type Difference } from '../statistics/differences.js';
import { ratioWords } from '../statistics/words.js';
import { formatRate } from '../units.js';
import type { CommandResult } from './result.js';

export interface CompareOptions {
  /** Both driver ids (`macvlan`, `ipvlan:l3`), or both results folders; what reads as a driver is one. */
  a: string;
  b: string;
  /** A results folder whose drivers are compared, or the folder that holds results folders: then the newest. */
  resultsRoot: string;
  /**
   * Exit with 1 if A is shown to carry less than this times B in any cell: if the upper bound of the ratio's 95 %
   * interval, Holm-adjusted over all ratios, is below it; or if a ratio can't be judged for want of good runs.
   * A ratio whose interval contains it is shown as undecided, and does not fail.
   */
  failBelow?: number | undefined;
  json?: boolean | undefined;
}

type Pairing = Comparison['pairing'];

/** What a ratio's n counts. */
const UNITS: Record<Pairing, string> = { blocks: 'blocks', none: 'or more runs on each side' };

/** What the texts are made from. */
interface Compared {
  /** What A and B are, in a line each. */
  a: string;
  b: string;
  problems: string[];
  /** Of conditions; none within one experiment. */
  differences: Difference[];
  comparison: Comparison;
}

/** Errors: `usage` for what is neither driver nor results folder, `results` for folders with nothing in common. */
export async function compare(options: CompareOptions): Promise<CommandResult> {
  const { failBelow, json } = options;
  if (failBelow !== undefined && !(failBelow > 0 && failBelow < Infinity)) {
    fail('usage', `--fail-below takes a ratio above 0, as 0.95, not ${failBelow}.`);
  }
  const compared = await compareWhatIsMeant(options);
  if (compared.comparison.rows.length === 0) {
    fail('results', `No cell ran both in ${compared.a} and in ${compared.b}: there is nothing to compare.`);
  }
  const judged = failBelow === undefined ? undefined : gate(compared.comparison, failBelow);
  const text = json
    ? JSON.stringify({ ...compared, ...(judged ? { gate: judged } : {}) }, null, 2)
    : [comparisonText(compared), ...(judged ? [gateText(judged, compared.comparison.pairing)] : [])].join(
        '\n\n',
      );
  return { text, exitCode: judged && !judged.passed ? 1 : 0 };
}

async function compareWhatIsMeant({ a, b, resultsRoot }: CompareOptions): Promise<Compared> {
  const [driverA, driverB] = [canonicalDriver(a), canonicalDriver(b)];
  if (typeof driverA === 'string' && typeof driverB === 'string') {
    const folder = isResultsFolder(resultsRoot) ? resultsRoot : await newestResults(resultsRoot);
    return twoDrivers(await readResults(folder), driverA, driverB);
  }
  [a, b].forEach(refuseStranger);
  if (![a, b].every(isResultsFolder)) {
    fail('usage', `Compare two drivers or two results folders: ${a} and ${b} are one of each.`);
  }
  return twoExperiments(await readResults(a), await readResults(b));
}

function isResultsFolder(path: string): boolean {
  return existsSync(headerFile(path));
}

function refuseStranger(name: string): void {
  const driver = canonicalDriver(name);
  if (isResultsFolder(name) || typeof driver === 'string') return;
  fail('usage', `${name} is neither a results folder nor a driver: ${driver.problem}.`);
}

function twoDrivers(experiment: Experiment, a: string, b: string): Compared {
  const { folder, header, problems } = experiment;
  if (a === b) fail('usage', `${a} can't be compared with itself: name two drivers.`);
  for (const driver of [a, b]) {
    if (header.scenario.drivers.includes(driver)) continue;
    fail('usage', `${folder} did not measure ${driver}: it has ${header.scenario.drivers.join(', ')}.`);
  }
  return { a, b, problems, differences: [], comparison: compareDrivers(counted(experiment), a, b) };
}

function twoExperiments(a: Experiment, b: Experiment): Compared {
  return {
    a: a.folder,
    b: b.folder,
    problems: [a, b].flatMap(({ folder, problems }) => problems.map((problem) => `${folder}: ${problem}`)),
    differences: differences(a.header, b.header),
    comparison: compareExperiments(counted(a), counted(b)),
  };
}

function counted({ header, records }: Experiment) {
  return { header, records: countedRecords(records) };
}

function comparisonText({ a, b, problems, differences: differing, comparison }: Compared): string {
  const { pairing, rows, onlyA, onlyB, overall } = comparison;
  const unit = UNITS[pairing];
  return [
    `A: ${a}\nB: ${b}`,
    ...(pairing === 'none' ? [differencesText(differing)] : []),
    section('Problems', problems),
    section(
      'Throughput of A over B, 95 % intervals',
      rows.map((row) => `${nameOf(row.a, pairing)}: ${rowWords(row, unit)}`),
    ),
    rows.length > 1 ? `Overall, as geometric mean: A ${ratioWords(overall, 'B', 'or more of each')}` : '',
    section(
      'Only in A',
      onlyA.map((summary) => nameOf(summary, pairing)),
    ),
    section(
      'Only in B',
      onlyB.map((summary) => nameOf(summary, pairing)),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function differencesText(differing: Difference[]): string {
  const lines = differing.map(({ what, a = 'absent', b = 'absent' }) => `${what}: A ${a}, B ${b}`);
  return section('Conditions that differ', lines) || 'The conditions are the same.';
}

function rowWords({ a, b, ratio, mannWhitney }: Row, unit: string): string {
  const means = [a, b].map(({ throughput }) => (throughput ? formatRate(throughput.mean) : 'no good run'));
  const ranks = mannWhitney ? `, Mann-Whitney p ${Number(mannWhitney.p.toPrecision(2))}` : '';
  return `A ${ratioWords(ratio, 'B', unit)} (${means.join(' against ')}${ranks})`;
}

function gateText({ threshold, below, holds, undecided, unjudged, passed }: Gate, pairing: Pairing): string {
  const list = (title: string, rows: Row[]) =>
    section(
      title,
      rows.map(({ a, ratio }) => `${nameOf(a, pairing)}: A ${ratioWords(ratio, 'B', UNITS[pairing])}`),
    );
  return [
    `${passed ? 'PASSED' : 'FAILED'}: is A at least ${threshold} times B? ${holds.length} shown to be, ${below.length} shown to be below, ${undecided.length} undecided, ${unjudged.length} without enough good runs.`,
    `Below is a ratio whose 95 % interval, Holm-adjusted over all ratios, ends under ${threshold}. Undecided ratios do not fail; ratios without enough good runs do.`,
    list('Shown to be below', below),
    list('Without enough good runs', unjudged),
    list('Undecided', undecided),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** The stratum, and between experiments the driver too. */
function nameOf({ cell }: CellSummary, pairing: Pairing): string {
  return pairing === 'blocks' ? describeStratum(cell) : `${cell.driver}, ${describeStratum(cell)}`;
}

/** A title with its lines; nothing without lines. */
function section(title: string, lines: string[]): string {
  return lines.length === 0 ? '' : [`${title}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}
