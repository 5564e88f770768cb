import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { experimentId } from '../../src/results/id.js';
import { newestResults, readResults } from '../../src/results/read.js';
import { FORMAT_VERSION } from '../../src/results/record.js';
import { writeSyntheticExperiment } from '../report/fixture.js';
import { header, record, temporaryFolder } from './help.js';

/** A results folder with these texts in its files. */
async function folderWith(experiment: string | undefined, runs?: string): Promise<string> {
  const folder = await temporaryFolder();
  if (experiment !== undefined) await writeFile(join(folder, 'experiment.json'), experiment);
  if (runs !== undefined) await writeFile(join(folder, 'runs.jsonl'), runs);
  return folder;
}

const HEADER = JSON.stringify(header);

describe('readResults', () => {
  test.each([
    ['a folder without a header', undefined, '', 'This is no results folder: '],
    ['a header that is no JSON', '{"format": 1', '', 'experiment.json is damaged: it is not JSON'],
    ['a header of another shape', '{"format": 1}', '', 'experiment.json is damaged: id is not as it should be'],
    [
      'a newer format',
      HEADER.replace(`"format":${FORMAT_VERSION}`, '"format":99').replace('"benchVersion":"0.1.0"', '"benchVersion":"7.0.0"'),
      '',
      `experiment.json has format 99, written by bench 7.0.0; this bench reads format ${FORMAT_VERSION}. Read it with bench 7.0.0.`,
    ],
    ['an older format of another shape', '{"format":0,"benchVersion":"0.0.1"}', '', 'Read it with bench 0.0.1.'],
    ['a folder without runs', HEADER, undefined, 'The runs are missing'],
  ])('refuses %s', async (_, experiment, runs, message) => {
    await expect(readResults(await folderWith(experiment, runs))).rejects.toMatchObject({
      failure: { reason: 'results', message: expect.stringContaining(message) as string },
    });
  });

  const good = record();
  const [ok, failed] = [good, record({ failed: true })].map((run) => JSON.stringify(run));
  test.each([
    ['is no JSON', '{"id":', 'it is not JSON'],
    ['is JSON of another kind', '[]', 'it is not as it should be'],
    ['has no cell', ok!.replace('"cell"', '"call"'), 'cell is not'],
    ['has an unknown status', ok!.replace('"status":"ok"', '"status":"fine"'), 'status is not'],
    ['is ok without a measurement', ok!.replace('"measurement"', '"measured"'), 'measurement is not'],
    ['has a throughput that is null', ok!.replace('"throughput":1000000000', '"throughput":null'), 'measurement.throughput is not'],
    ['has a flow whose goodput is text', ok!.replace('"goodput":1000000000', '"goodput":"1"'), 'measurement.flows is not'],
    ['failed without saying why', failed!.replace('"failure"', '"failed"'), 'failure is not'],
  ])('leaves out a line that %s, and says so', async (_, line, problem) => {
    const folder = await folderWith(HEADER, `${ok}\n${line}\n${failed}\n`);
    const { records, problems } = await readResults(folder);
    expect(records).toEqual([good, record({ failed: true })]);
    expect(problems).toEqual([expect.stringContaining(`Line 2 of runs.jsonl is left out: ${problem}`)]);
  });

  test('keeps what it does not know, and lines longer than one read', async () => {
    const long = { ...good, warnings: ['\u2028ü\r'.repeat(600_000)], later: true };
    const folder = await folderWith(HEADER, `${JSON.stringify(long)}\n${ok}\n`);
    expect((await readResults(folder)).records).toEqual([long, good]);
  });

  test('an experiment in which nothing was measured yet has no records and no problems', async () => {
    expect(await readResults(await folderWith(HEADER, ''))).toMatchObject({ records: [], problems: [] });
  });

  // CPU time, not time: whatever else the machine does must not decide.
  test('reads 10,000 runs of 32 flows on average in less than 3 s of CPU time', { timeout: 120_000 }, async () => {
    const folder = await temporaryFolder();
    await writeSyntheticExperiment(folder, 10_000);
    const before = process.cpuUsage();
    const { records, problems } = await readResults(folder);
    const { user, system } = process.cpuUsage(before);
    expect(records.length).toBeGreaterThanOrEqual(10_000);
    expect(problems).toEqual([]);
    expect((user + system) / 1e6).toBeLessThan(3);
  });
});

describe('newestResults', () => {
  test('is the experiment that began last, whatever else lies there', async () => {
    const root = await temporaryFolder();
    for (const [name, startedAt] of [
      ['z', '2026-01-01T00:00:00.000Z'],
      ['a', '2026-03-01T00:00:00.000Z'],
      ['m', '2026-02-01T00:00:00.000Z'],
    ] as const) {
      await mkdir(join(root, name));
      await writeFile(join(root, name, 'experiment.json'), JSON.stringify({ ...header, startedAt }));
    }
    await mkdir(join(root, 'empty'));
    await writeFile(join(root, 'README.md'), '');
    expect(await newestResults(root)).toBe(join(root, 'a'));
  });

  test.each(['', 'not-there'])('is refused when there is none (%j)', async (below) => {
    const root = join(await temporaryFolder(), below);
    await expect(newestResults(root)).rejects.toMatchObject({ failure: { reason: 'results' } });
  });
});

test.each([
  [{ name: 'local-tcp', profile: 'quick' }, 'local-tcp-quick-2026-01-31T12-00-05Z'],
  [{ name: 'mine' }, 'mine-2026-01-31T12-00-05Z'],
])('an experiment is called by its scenario and start: %o', (scenario, id) => {
  expect(experimentId(scenario, new Date('2026-01-31T12:00:05.678Z'))).toBe(id);
});
