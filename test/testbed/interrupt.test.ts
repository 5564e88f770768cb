import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunRecord } from '../../src/results/record.js';
import { atTerminal, CTRL_C } from './terminal.js';

const RUN = 'run local-tcp --profile quick --pairs 1 --drivers host,veth --reference host --blocks 2';
const RUNS = 4;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-interrupt-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** The records of the only results folder. */
async function records(): Promise<RunRecord[]> {
  const [name = ''] = await readdir(join(folder, 'results'));
  const text = await readFile(join(folder, 'results', name, 'runs.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunRecord);
}

test('Ctrl-C once finishes the run and its record, cleans up and says how to resume, and resuming loses nothing', async () => {
  const session = atTerminal(folder, RUN);
  await session.printed('[1/4]');
  await session.printed('clients');
  session.type(CTRL_C);
  await session.printed('stopping after this run');
  expect(await session.ended).toBe(130);
  expect(await session.processes()).toEqual([]);
  const shown = session.screen.text.join('\n');
  expect(shown).toContain('Go on with: bench run');
  expect(shown).not.toContain('to go');
  const before = await records();
  expect(before.length).toBeGreaterThanOrEqual(2);

  const resumed = atTerminal(folder, `${RUN} --resume`);
  expect(await resumed.ended).toBe(0);
  const after = await records();
  expect(after.slice(0, before.length)).toEqual(before);
  const done = after.filter(({ status }) => status === 'ok');
  expect(new Set(done.map(({ repetition, cell }) => `${repetition} ${cell.driver}`)).size).toBe(RUNS);
});

test('Ctrl-C twice stops at once, and nothing is left behind', async () => {
  const session = atTerminal(folder, `${RUN} --duration 30s`);
  await session.printed('  release');
  expect((await session.processes()).join('\n')).toContain('iperf3');
  session.type(CTRL_C);
  await session.printed('once more to stop at once');
  const asked = Date.now();
  session.type(CTRL_C);
  expect(await session.ended).toBe(130);
  expect(Date.now() - asked).toBeLessThan(10_000);
  expect(await session.processes()).toEqual([]);
});
