/** A results folder as data, checked; what can't be used is named, never guessed. */
import { access, readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fail } from '../failures.js';
import { differences } from './conditions.js';
import { headerFile, isEarlierHeader, runsFile } from './layout.js';
import { linesOf } from './lines.js';
import { FORMAT_VERSION, type ExperimentHeader, type RunRecord } from './record.js';
import { parseHeader, parseRun, parseVersions, type Versions } from './shape.js';

export { countedRecords } from './progress.js';

/** Everything that a results folder tells, but the raw files. */
export interface Experiment {
  folder: string;
  header: ExperimentHeader;
  /** Every run, in the order in which they were made. */
  records: RunRecord[];
  /** What was wrong with the folder, in sentences. */
  problems: string[];
}

/** Reads a results folder. Fails with 'results' if it is none, or of another format. Changes nothing. */
export async function readResults(folder: string): Promise<Experiment> {
  const header = await readHeader(headerFile(folder));
  const { records, damaged, tornBytes } = await readRuns(folder);
  const torn = `The last run was cut off while it was written (${tornBytes} bytes) and is left out.`;
  const problems = [...(await mixtures(folder, header)), ...damaged, ...(tornBytes > 0 ? [torn] : [])];
  return { folder, header, records, problems };
}

/** The folder below `root` whose experiment began last. Fails with 'results' if there is none. */
export async function newestResults(root: string): Promise<string> {
  const names = await readdir(root).catch(() => []);
  const begun = await Promise.all(
    names.map(async (name) => ({ folder: join(root, name), at: await startOf(join(root, name)) })),
  );
  const [newest] = begun.filter(({ at }) => at !== undefined).sort((a, b) => (a.at! < b.at! ? 1 : -1));
  return newest?.folder ?? fail('results', `There are no results in ${root} yet. Measure first: bench run local-tcp`);
}

/** When a folder's experiment began; undefined if it holds none that can be read. */
async function startOf(folder: string): Promise<string | undefined> {
  const parsed = await readFile(headerFile(folder), 'utf8').then(parseHeader, () => undefined);
  return parsed && 'value' in parsed ? parsed.value.startedAt : undefined;
}

/** The header in a file. Fails with 'results' unless it can be read, in this format. */
export async function readHeader(path: string): Promise<ExperimentHeader> {
  const text = await readFile(path, 'utf8').catch((error: unknown) =>
    fail('results', `This is no results folder: ${String(error)}`),
  );
  const versions = parseVersions(text);
  if ('value' in versions) refuseOtherFormat(path, versions.value);
  const parsed = parseHeader(text);
  return 'value' in parsed ? parsed.value : fail('results', `${path} is damaged: ${parsed.problem}.`);
}

/** The shape of another format is not known here. */
function refuseOtherFormat(path: string, { format, benchVersion }: Versions): void {
  if (format === FORMAT_VERSION) return;
  const wrote = `${path} has format ${format}, written by bench ${benchVersion}`;
  fail('results', `${wrote}; this bench reads format ${FORMAT_VERSION}. Read it with bench ${benchVersion}.`);
}

export interface Runs {
  records: RunRecord[];
  /** Lines that are no records, in sentences. */
  damaged: string[];
  /** Bytes of all whole lines. */
  wholeBytes: number;
  /** Bytes of an unfinished last line. */
  tornBytes: number;
}

/** The runs of a folder. A line counts once its newline is there. */
export async function readRuns(folder: string): Promise<Runs> {
  const runs: Runs = { records: [], damaged: [], wholeBytes: 0, tornBytes: 0 };
  await access(runsFile(folder)).catch((error: unknown) => fail('results', `The runs are missing: ${String(error)}`));
  let number = 0;
  for await (const { text, end, whole } of linesOf(runsFile(folder))) {
    number += 1;
    if (!whole) return { ...runs, tornBytes: end - runs.wholeBytes };
    runs.wholeBytes = end;
    const parsed = parseRun(text);
    if ('value' in parsed) runs.records.push(parsed.value);
    else runs.damaged.push(`Line ${number} of ${basename(runsFile(folder))} is left out: ${parsed.problem}.`);
  }
  return runs;
}

/** How the conditions differ in which the records were made. */
async function mixtures(folder: string, header: ExperimentHeader): Promise<string[]> {
  const earlier = (await readdir(folder)).filter(isEarlierHeader);
  const all = await Promise.all(
    earlier.map(async (name) => differences(await readHeader(join(folder, name)), header)),
  );
  return [...new Set(all.flat())].map((difference) => `Runs of different conditions are mixed: ${difference}.`);
}
