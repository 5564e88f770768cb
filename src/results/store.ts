/** Writes results folders: a header once, then one line per run, each safe on disk before the next run begins. */
import { appendFile, mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { fail } from '../failures.js';
import { differences } from './conditions.js';
import { orDiskFailure, writeWhole } from './disk.js';
import {
  earlierHeaderFile,
  headerFile,
  isEarlierHeader,
  rawFile,
  rawFolder,
  runsFile,
  truncatedFile,
} from './layout.js';
import { lockFolder } from './lock.js';
import { readHeader, readRuns, type Runs } from './read.js';
import type { ExperimentHeader, RunRecord } from './record.js';

export interface ResultsWriter {
  readonly folder: string;
  /**
   * Keeps a run and what it was made from (any JSON value); both are synced when it resolves. Fails with 'disk',
   * the folder then being as it was before.
   */
  append(record: RunRecord, raw: unknown): Promise<void>;
  /** Gives the folder free for other writers. */
  close(): Promise<void>;
}

/** A results folder that is open for writing. */
export interface Opened {
  writer: ResultsWriter;
  /** The header under which further runs are written. */
  header: ExperimentHeader;
  /** Runs of earlier sittings. */
  records: RunRecord[];
  /** What had to be mended, in sentences. */
  notes: string[];
}

/** Begins a folder called like the experiment, below `root`. Fails with 'results' if it is there already. */
export async function createResults(root: string, header: ExperimentHeader): Promise<Opened> {
  const folder = join(root, header.id);
  return orDiskFailure(`${folder} could not be made`, 'Nothing was measured yet.', async () => {
    await mkdir(root, { recursive: true });
    await makeNew(folder);
    return locked(folder, async (release) => {
      await writeWhole(runsFile(folder), '');
      await writeWhole(headerFile(folder), JSON.stringify(header, undefined, 2));
      return { writer: await openWriter(folder, 0, release), header, records: [], notes: [] };
    });
  });
}

/**
 * Goes on with a folder. Fails with 'results' if conditions differ from those of `header`, unless `mix` is true:
 * then `header` replaces the stored one, which is kept beside it.
 */
export async function resumeResults(
  folder: string,
  header: ExperimentHeader,
  { mix = false }: { mix?: boolean } = {},
): Promise<Opened> {
  const stored = await readHeader(headerFile(folder));
  const differing = differences(stored, header);
  if (differing.length > 0 && !mix) refuseMixture(folder, differing);
  return orDiskFailure(`${folder} could not be written to`, 'Nothing recorded is lost.', () =>
    locked(folder, async (release) => {
      const runs = await readRuns(folder);
      refuseDamage(folder, runs);
      const notes = await cutTorn(folder, runs);
      const current = differing.length > 0 ? await replaceHeader(folder, stored, header) : stored;
      const writer = await openWriter(folder, runs.wholeBytes, release);
      return { writer, header: current, records: runs.records, notes };
    }),
  );
}

async function makeNew(folder: string): Promise<void> {
  await mkdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    fail('results', `${folder} is there already. Start again in a second, or go on with it: --resume ${folder}`);
  });
}

/** Does work under the folder's lock; the lock is kept only if the work succeeds. */
async function locked<T>(folder: string, work: (release: () => Promise<void>) => Promise<T>): Promise<T> {
  const release = await lockFolder(folder);
  try {
    return await work(release);
  } catch (error) {
    await release();
    throw error;
  }
}

function refuseMixture(folder: string, differing: string[]): never {
  return fail(
    'results',
    `${folder} was measured under other conditions. Start a new experiment, or mix them knowingly with --mix:`,
    differing.join('\n'),
  );
}

/** A damaged line hides a run's number and block, so nothing can be added safely. */
function refuseDamage(folder: string, { damaged }: Runs): void {
  if (damaged.length === 0) return;
  fail('results', `${folder} is damaged. Mend these lines, or start a new experiment:`, damaged.join('\n'));
}

/** Moves an unfinished last line out of the runs. */
async function cutTorn(folder: string, { wholeBytes, tornBytes }: Runs): Promise<string[]> {
  if (tornBytes === 0) return [];
  const file = await open(runsFile(folder), 'r+');
  try {
    const { buffer } = await file.read(Buffer.alloc(tornBytes), 0, tornBytes, wholeBytes);
    await appendFile(truncatedFile(folder), buffer, { flush: true });
    await file.truncate(wholeBytes);
    await file.sync();
  } finally {
    await file.close();
  }
  return [`The last run was cut off while it was written: its ${tornBytes} bytes are kept in ${truncatedFile(folder)}.`];
}

/** Lets a new header hold from now on. Its experiment stays the same one. */
async function replaceHeader(
  folder: string,
  stored: ExperimentHeader,
  header: ExperimentHeader,
): Promise<ExperimentHeader> {
  const earlier = (await readdir(folder)).filter(isEarlierHeader).length;
  const current = { ...header, id: stored.id };
  await writeWhole(earlierHeaderFile(folder, earlier + 1), JSON.stringify(stored, undefined, 2));
  await writeWhole(headerFile(folder), JSON.stringify(current, undefined, 2));
  return current;
}

async function openWriter(folder: string, size: number, release: () => Promise<void>): Promise<ResultsWriter> {
  await mkdir(rawFolder(folder), { recursive: true });
  return new FolderWriter(folder, await open(runsFile(folder), 'a'), size, release);
}

const compress = promisify(gzip);

class FolderWriter implements ResultsWriter {
  constructor(
    readonly folder: string,
    private readonly runs: FileHandle,
    /** Bytes of the runs that are known to be whole. */
    private size: number,
    private readonly release: () => Promise<void>,
  ) {}

  async append(record: RunRecord, raw: unknown): Promise<void> {
    const line = Buffer.from(`${toJson(record)}\n`);
    const packed = await compress(JSON.stringify(raw, plainly));
    await orDiskFailure(
      `Run ${record.id} could not be written`,
      `Nothing recorded before it is lost. When there is room again, go on with --resume ${this.folder}`,
      () => this.keep(record.id, line, packed),
    );
  }

  async close(): Promise<void> {
    await this.runs.close();
    await this.release();
  }

  /** Raw data first, so that a record never points at nothing. */
  private async keep(id: string, line: Buffer, packed: Buffer): Promise<void> {
    try {
      await writeWhole(rawFile(this.folder, id), packed);
      await this.runs.appendFile(line);
      await this.runs.sync();
      this.size += line.length;
    } catch (error) {
      await Promise.allSettled([this.runs.truncate(this.size), rm(rawFile(this.folder, id), { force: true })]);
      throw error;
    }
  }
}

/** JSON knows neither maps nor sets, and would write nothing of them. */
function plainly(_key: string, part: unknown): unknown {
  if (part instanceof Map) return Object.fromEntries(part) as unknown;
  return part instanceof Set ? [...(part as Set<unknown>)] : part;
}

/** JSON without the silent `null` that stands for a number that is none. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (typeof part === 'number' && !Number.isFinite(part)) throw new Error(`${key} of a record is ${part}`);
    return part;
  });
}
