import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { report } from '../../src/commands/report.js';
import { readResults } from '../../src/results/read.js';
import {
  syntheticHeader,
  syntheticRecords,
  writeExperiment,
  writeSyntheticExperiment,
} from '../report/fixture.js';

/** Milliseconds that drawing charts may take on a busy machine. */
const SLOW = 60_000;

describe('bench report', () => {
  let root: string;
  let out: string;
  let told: Awaited<ReturnType<typeof report>>;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'bench-report-'));
    out = join(root, 'report');
    for (const protocol of ['tcp', 'udp'] as const) {
      const header = syntheticHeader({ protocol, pairs: [1, 4], mtu: [1500, 9000], blocks: 3 });
      await writeExperiment(join(root, 'results', header.id), header, syntheticRecords(header));
    }
    const folders = ['tcp', 'udp'].map((protocol) => join(root, 'results', `synthetic-local-${protocol}`));
    told = await report({ folders, out, resultsRoot: join(root, 'results') });
  }, SLOW);

  afterAll(() => rm(root, { recursive: true }));

  it('renders several folders as one report and judges claims that need both', () => {
    expect(told.exitCode).toBe(0);
    expect(told.text).toMatch(/Local TCP: .* is ahead/);
    expect(told.text).toMatch(/^S4 (confirmed|refuted|inconclusive): /m);
    expect(told.text).toContain(join(out, 'index.html'));
  });

  it('leaves text, tables, and every chart as specification, SVG and PNG', async () => {
    expect((await readdir(out)).sort()).toEqual(
      ['charts', 'claims.csv', 'flows.csv', 'index.html', 'report.md', 'runs.csv', 'summary.csv'].sort(),
    );
    const linked = [
      ...(await readFile(join(out, 'report.md'), 'utf8')).matchAll(/\]\(charts\/(.+)\.png\)/g),
    ].map(([, id]) => id!);
    const files = await readdir(join(out, 'charts'));
    expect(linked).toHaveLength(11);
    expect(files.sort()).toEqual(linked.flatMap((id) => [`${id}.png`, `${id}.svg`, `${id}.vl.json`]).sort());
  });

  it(
    'takes the newest results where no folder is named',
    async () => {
      const newest = join(root, 'newest');
      const header = {
        ...syntheticHeader({ pairs: [1], mtu: [1500], blocks: 2 }),
        startedAt: '2026-06-01T00:00:00.000Z',
      };
      await writeExperiment(join(root, 'results', 'later'), header, syntheticRecords(header));
      await report({ folders: [], out: newest, resultsRoot: join(root, 'results') });
      expect(await readFile(join(newest, 'report.md'), 'utf8')).toContain('2026-06-01');
    },
    SLOW,
  );

  it.each(['nothing-here', '.'])('refuses %s, which is no results folder', async (name) => {
    const asked = report({ folders: [join(root, name)], out, resultsRoot: root });
    await expect(asked).rejects.toMatchObject({ failure: { reason: 'results' } });
  });
});

describe('the fixture for measuring the report', () => {
  it('writes as many runs as asked, of 32 flows on average, that can be read without a complaint', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-synthetic-'));
    await writeSyntheticExperiment(folder, 60);
    const { records, problems } = await readResults(folder);
    expect(records.length).toBeGreaterThanOrEqual(60);
    expect(problems).toEqual([]);
    const flows = records.reduce((sum, run) => sum + run.measurement!.flows.length, 0);
    expect(Math.round(flows / records.length)).toBe(32);
    await rm(folder, { recursive: true });
  });
});
