import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { runsFile } from '../../src/results/layout.js';
import type { RunRecord } from '../../src/results/record.js';
import { small } from './bench.js';
import { test } from './world.js';

const RUN = ['run', 'local-tcp', ...small({ drivers: 'veth,macvlan', reference: 'veth' })];

const takes = (records: RunRecord[]): number[] => [...new Set(records.map(({ take }) => take))];

/** Drivers that have a valid run in the last take. */
const measured = (records: RunRecord[]): string[] =>
  records
    .filter(({ status, take }) => status === 'ok' && take === records.at(-1)!.take)
    .map(({ cell }) => cell.driver)
    .sort();

test('kill -9 at any moment leaves nothing within 10 s, and resuming loses no finished run', async ({
  world,
}) => {
  const moments = ['build', 'servers', 'clients', 'window', 'teardown'] as const;
  let kept = '';
  for (const [take, moment] of moments.entries()) {
    const bench = await world.bench(take === 0 ? RUN : [...RUN, '--resume']);
    await bench.reached(2, moment === 'window' ? 'release' : moment);
    if (moment === 'window') await sleep(700);
    await bench.signal('KILL');
    await bench.ended;
    await world.isAsBefore();
    const { folder, records } = await world.experiment();
    const runs = await readFile(runsFile(folder), 'utf8');
    expect(runs.slice(0, kept.length), moment).toBe(kept);
    expect(records, moment).toHaveLength(take + 1);
    kept = runs;
  }
  const last = await world.bench([...RUN, '--resume']);
  expect(await last.ended).toMatchObject({ code: 0 });
  const { records } = await world.experiment();
  expect(takes(records)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(measured(records)).toEqual(['macvlan:bridge', 'veth:bridge']);
});

test('what an interrupted run prints goes on with it', async ({ world }) => {
  const first = await world.bench(RUN);
  await first.reached(1, 'release');
  await first.signal('INT');
  const { code, stdout } = await first.ended;
  expect(code).toBe(130);
  await world.isAsBefore();
  const [, words = ''] = /^Go on with: bench (.+)$/m.exec(stdout) ?? [];
  const second = await world.bench(words.split(' '));
  expect(await second.ended).toMatchObject({ code: 0 });
  const { records } = await world.experiment();
  expect(takes(records)).toEqual([0, 1]);
  expect(measured(records)).toEqual(['macvlan:bridge', 'veth:bridge']);
});

test('a run takes no notice of another that is killed, and a folder takes one run at a time', async ({
  world,
}) => {
  const long = ['run', 'local-tcp', ...small({ drivers: 'veth', reference: 'veth', blocks: '100' })];
  const other = await world.bench([...RUN, '--results', 'other']);
  const bench = await world.bench(long);
  await bench.reached(1, 'build');
  const late = await world.bench([...long, '--resume']);
  const refusal = { code: 2, stderr: expect.stringContaining('is writing to') as string };
  expect(await late.ended).toMatchObject(refusal);
  await bench.reached(2, 'release');
  await bench.signal('KILL');
  expect(await other.ended).toMatchObject({ code: 0 });
});
