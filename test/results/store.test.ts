import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { readResults } from '../../src/results/read.js';
import type { ExperimentHeader } from '../../src/results/record.js';
import { createResults, resumeResults } from '../../src/results/store.js';
import { header, record, scenario, temporaryFolder } from './help.js';

const runsOf = (folder: string): Promise<string> => readFile(join(folder, 'runs.jsonl'), 'utf8');

/** A closed folder with two runs. */
async function twoRuns(): Promise<string> {
  const { writer } = await createResults(await temporaryFolder(), header);
  await writer.append(record({ id: '0001' }), { iperf3: ['{"a": 1}'] });
  await writer.append(record({ id: '0002', driver: 'veth:bridge' }), null);
  await writer.close();
  return writer.folder;
}

const otherKernel: ExperimentHeader = {
  ...header,
  id: 'new',
  startedAt: '2026-02-01T00:00:00.000Z',
  environments: [{ ...header.environments[0]!, kernel: '6.2.0' }],
};

describe('a new folder', () => {
  test('holds header, runs and raw data, and no lock once it is closed', async () => {
    const folder = await twoRuns();
    expect((await readdir(folder)).sort()).toEqual(['experiment.json', 'raw', 'runs.jsonl']);
    expect((await readdir(join(folder, 'raw'))).sort()).toEqual(['0001.json.gz', '0002.json.gz']);
    expect(JSON.parse(gunzipSync(await readFile(join(folder, 'raw/0001.json.gz'))).toString())).toEqual({
      iperf3: ['{"a": 1}'],
    });
    expect(await readResults(folder)).toEqual({
      folder,
      header,
      records: [record({ id: '0001' }), record({ id: '0002', driver: 'veth:bridge' })],
      problems: [],
    });
  });

  test('keeps maps and sets of the raw data as objects and lists', async () => {
    const { writer } = await createResults(await temporaryFolder(), header);
    await writer.append(record({ id: '0001' }), { passes: [{ devices: new Map([[7, 1]]), ports: new Set([2]) }] });
    await writer.close();
    const packed = await readFile(join(writer.folder, 'raw/0001.json.gz'));
    expect(JSON.parse(gunzipSync(packed).toString())).toEqual({ passes: [{ devices: { 7: 1 }, ports: [2] }] });
  });

  test('is refused where one is already', async () => {
    const root = await temporaryFolder();
    await (await createResults(root, header)).writer.close();
    await expect(createResults(root, header)).rejects.toMatchObject({ failure: { reason: 'results' } });
  });

  test('is refused with the reason where none can be made', async () => {
    const root = await temporaryFolder();
    await writeFile(join(root, 'file'), '');
    await expect(createResults(join(root, 'file'), header)).rejects.toMatchObject({
      failure: { reason: 'disk', message: expect.stringContaining('could not be made') as string },
    });
  });

  test('has every run on disk when append resolves, while it is open', async () => {
    const { writer } = await createResults(await temporaryFolder(), header);
    await writer.append(record(), {});
    expect((await readResults(writer.folder)).records).toEqual([record()]);
    await writer.close();
  });

  test('never takes a figure that is no number', async () => {
    const { writer } = await createResults(await temporaryFolder(), header);
    const broken = { ...record(), phases: { build: NaN } };
    await expect(writer.append(broken, {})).rejects.toThrow('build of a record is NaN');
    expect(await runsOf(writer.folder)).toBe('');
    await writer.close();
  });
});

describe('resuming', () => {
  test('gives the earlier records and adds further ones', async () => {
    const folder = await twoRuns();
    const { writer, header: stored, records, notes } = await resumeResults(folder, { ...header, id: 'new' });
    expect(stored).toEqual(header);
    expect(records).toHaveLength(2);
    expect(notes).toEqual([]);
    await writer.append(record({ id: '0003' }), {});
    await writer.close();
    expect((await readResults(folder)).records.map(({ id }) => id)).toEqual(['0001', '0002', '0003']);
  });

  test('is refused while another one writes', async () => {
    const { writer } = await createResults(await temporaryFolder(), header);
    await expect(resumeResults(writer.folder, header)).rejects.toThrow(`Process ${process.pid} is writing`);
    await writer.close();
    await (await resumeResults(writer.folder, header)).writer.close();
  });

  test('cuts an unfinished last line off, keeps it, and says so', async () => {
    const folder = await twoRuns();
    const whole = await runsOf(folder);
    await appendFile(join(folder, 'runs.jsonl'), '{"id":"0003","ce');
    expect(await readResults(folder)).toMatchObject({
      records: [{ id: '0001' }, { id: '0002' }],
      problems: ['The last run was cut off while it was written (16 bytes) and is left out.'],
    });
    expect(await runsOf(folder)).toBe(`${whole}{"id":"0003","ce`);
    const { writer, records, notes } = await resumeResults(folder, header);
    expect(records).toHaveLength(2);
    expect(notes).toEqual([expect.stringContaining('16 bytes are kept in')]);
    expect(await readFile(join(folder, 'runs.jsonl.truncated'), 'utf8')).toBe('{"id":"0003","ce');
    await writer.append(record({ id: '0003' }), {});
    await writer.close();
    expect(await readResults(folder)).toMatchObject({ problems: [], records: [{}, {}, { id: '0003' }] });
  });

  test('loses no finished run wherever in the file a crash cut the last one', async () => {
    const folder = await twoRuns();
    const runs = join(folder, 'runs.jsonl');
    const whole = await readFile(runs);
    const secondBegins = whole.indexOf('\n') + 1;
    for (let end = secondBegins + 1; end < whole.length; end += 97) {
      await writeFile(runs, whole);
      await truncate(runs, end);
      const { writer, records } = await resumeResults(folder, header);
      await writer.close();
      expect(records.map(({ id }) => id)).toEqual(['0001']);
      expect((await readFile(runs)).length).toBe(secondBegins);
    }
  });

  test('is refused when a line in the middle is damaged, and reading names it', async () => {
    const folder = await twoRuns();
    const [first, second] = (await runsOf(folder)).split('\n');
    await writeFile(join(folder, 'runs.jsonl'), `${first}\n{"id": 7}\n${second}\n`);
    const { records, problems } = await readResults(folder);
    expect(records).toHaveLength(2);
    expect(problems).toEqual([expect.stringMatching(/^Line 2 of runs.jsonl is left out: /)]);
    await expect(resumeResults(folder, header)).rejects.toMatchObject({
      failure: { reason: 'results', detail: problems[0] },
    });
    expect(await readdir(folder)).not.toContain('lock');
  });

  test('under other conditions is refused, naming each', async () => {
    const folder = await twoRuns();
    const other = { ...otherKernel, scenario: { ...scenario, duration: 2 } };
    await expect(resumeResults(folder, other)).rejects.toMatchObject({
      failure: {
        reason: 'results',
        message: expect.stringContaining('--mix') as string,
        detail: 'duration of the scenario: 1 then, 2 now\nkernel of node local: 6.1.0 then, 6.2.0 now',
      },
    });
  });

  test('under other conditions with mix keeps both headers, and reading says that runs are mixed', async () => {
    const folder = await twoRuns();
    const { writer, header: current, records } = await resumeResults(folder, otherKernel, { mix: true });
    expect(current).toEqual({ ...otherKernel, id: header.id });
    expect(records).toHaveLength(2);
    await writer.close();
    const { header: stored, problems } = await readResults(folder);
    expect(stored).toEqual(current);
    expect(problems).toEqual(['Runs of different conditions are mixed: kernel of node local: 6.1.0 then, 6.2.0 now.']);
    expect(JSON.parse(await readFile(join(folder, 'experiment.1.json'), 'utf8'))).toEqual(header);
    await (await resumeResults(folder, otherKernel)).writer.close();
  });
});

describe.skipIf(process.getuid?.() !== 0)('a disk that fills up (needs root, to mount one of 256 KiB)', () => {
  const mounts: string[] = [];
  afterEach(() => {
    for (const mount of mounts.splice(0)) execFileSync('umount', [mount]);
  });

  async function smallDisk(): Promise<string> {
    const folder = join(await temporaryFolder(), 'disk');
    await mkdir(folder);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
    mounts.push(folder);
    return folder;
  }

  /** A run whose line has about so many bytes. */
  const large = (id: string, bytes: number) => ({ ...record({ id }), warnings: ['x'.repeat(bytes)] });

  test('fails with what to do, keeps what was recorded, and goes on once there is room', async () => {
    const root = await smallDisk();
    const { writer } = await createResults(root, header);
    await writer.append(record({ id: '0001' }), {});
    const before = await runsOf(writer.folder);
    await expect(writer.append(large('0002', 400_000), {})).rejects.toMatchObject({
      failure: {
        reason: 'disk',
        message: `Run 0002 could not be written: the disk is full. Nothing recorded before it is lost. When there is room again, go on with --resume ${writer.folder}`,
      },
    });
    expect(await runsOf(writer.folder)).toBe(before);
    expect(await readdir(join(writer.folder, 'raw'))).toEqual(['0001.json.gz']);
    await writer.append(record({ id: '0002' }), {});
    await writer.close();
    expect(await readResults(writer.folder)).toMatchObject({ problems: [], records: [{ id: '0001' }, { id: '0002' }] });
  });

  test('in the middle of raw data is the same', async () => {
    const { writer } = await createResults(await smallDisk(), header);
    const noise = Array.from({ length: 200_000 }, () => Math.random());
    await expect(writer.append(record({ id: '0001' }), noise)).rejects.toMatchObject({ failure: { reason: 'disk' } });
    expect(await readdir(join(writer.folder, 'raw'))).toEqual([]);
    await writer.close();
  });

  test('refuses a new folder, and the resumption of one', async () => {
    const root = await smallDisk();
    const { writer } = await createResults(root, header);
    await writer.close();
    await appendFile(join(writer.folder, 'runs.jsonl'), '{"torn');
    await writeFile(join(root, 'filler'), Buffer.alloc(1 << 20)).catch(() => undefined);
    await expect(createResults(root, otherKernel)).rejects.toMatchObject({
      failure: { reason: 'disk', message: expect.stringContaining('the disk is full') as string },
    });
    await expect(resumeResults(writer.folder, header)).rejects.toMatchObject({ failure: { reason: 'disk' } });
    await rm(join(root, 'filler'));
    const { writer: again } = await resumeResults(writer.folder, header);
    await again.close();
  });
});
