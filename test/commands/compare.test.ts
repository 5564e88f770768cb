import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compare, type CompareOptions } from '../../src/commands/compare.js';
import type { Environment, RunRecord } from '../../src/results/record.js';
import { cell, header, runs, scenario } from '../statistics/made.js';

const VETH = [10e9, 11e9, 9.5e9, 10.5e9];
const WOBBLE = [1, 1.01, 0.99, 1.005];
const ENVIRONMENT: Environment = {
  node: 'local',
  kernel: '6.1.0',
  bootId: 'a',
  iperf3: '3.12',
  cpuModel: 'CPU',
  cpus: 2,
  memoryBytes: 1,
  virtualization: 'none',
  warnings: [],
  facts: {},
};

let root: string;
const folder = (name: string) => join(root, name);

/** A results folder in which macvlan carries `factor` times as much as veth. */
async function write(name: string, factor: number, kernel = ENVIRONMENT.kernel): Promise<void> {
  const records: RunRecord[] = [
    ...runs(cell(), VETH),
    ...runs(
      cell({ driver: 'macvlan:bridge' }),
      VETH.map((total, block) => total * factor * WOBBLE[block]!),
    ),
  ];
  const head = header({ id: name, scenario: scenario(), environments: [{ ...ENVIRONMENT, kernel }] });
  await mkdir(folder(name));
  await writeFile(join(folder(name), 'experiment.json'), JSON.stringify(head));
  await writeFile(
    join(folder(name), 'runs.jsonl'),
    records.map((record) => `${JSON.stringify(record)}\n`).join(''),
  );
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bench-compare-'));
  await write('one', 1.5);
  await write('same', 1.5);
  await write('slow', 0.5, '6.2.0');
});
afterAll(() => rm(root, { recursive: true }));

const drivers = (options: Partial<CompareOptions> = {}) =>
  compare({ a: 'macvlan', b: 'veth', resultsRoot: folder('one'), ...options });
const folders = (a: string, b: string, options: Partial<CompareOptions> = {}) =>
  compare({ a: folder(a), b: folder(b), resultsRoot: root, ...options });

describe('two drivers', () => {
  test('are paired by block, and told with their means', async () => {
    const { text, exitCode } = await drivers();
    expect(exitCode).toBe(0);
    expect(text).toBe(
      [
        'A: macvlan:bridge',
        'B: veth:bridge',
        '',
        'Throughput of A over B, 95 % intervals:',
        '  2 pairs, TCP cubic, MTU 1500: A is 1.50 × B [1.48, 1.52], 4 blocks (15.4 Gbit/s against 10.3 Gbit/s)',
      ].join('\n'),
    );
  });

  test('are taken from the newest results of a folder that holds several', async () => {
    expect((await drivers({ resultsRoot: root })).text).toContain('A: macvlan:bridge');
  });

  test.each([
    { what: 'a driver that was not measured', a: 'ipvlan:l3', b: 'veth', says: 'did not measure ipvlan:l3' },
    { what: 'one driver twice', a: 'veth', b: 'veth:bridge', says: "can't be compared with itself" },
    { what: 'a driver and a folder', a: 'veth', b: 'no-such', says: 'no-such is neither' },
    { what: 'a misspelt driver', a: 'macvaln', b: 'veth', says: 'macvlan' },
  ])('refuse $what', async ({ a, b, says }) => {
    await expect(drivers({ a, b })).rejects.toMatchObject({
      failure: { reason: 'usage', message: expect.stringContaining(says) as unknown },
    });
  });
});

describe('two results folders', () => {
  test('tell first in which conditions they differ', async () => {
    const { text } = await folders('slow', 'one');
    const [, conditions, ratios] = text.split('\n\n');
    expect(conditions).toBe('Conditions that differ:\n  environments.local.kernel: A 6.2.0, B 6.1.0');
    expect(ratios).toContain('veth:bridge, 2 pairs, TCP cubic, MTU 1500: A is 1.00 × B');
    expect(ratios).toContain('macvlan:bridge, 2 pairs, TCP cubic, MTU 1500: A is 0.33 × B');
    expect(ratios).toContain('4 or more runs on each side');
    expect(ratios).toContain('Mann-Whitney p 0.029');
    expect(text).toContain('Overall, as geometric mean: A is 0.58 × B');
  });

  test('say so when the conditions are the same', async () => {
    expect((await folders('same', 'one')).text).toContain('The conditions are the same.');
  });

  test('refuse a folder without results, and a driver beside a folder', async () => {
    await expect(folders('nowhere', 'one')).rejects.toMatchObject({ failure: { reason: 'usage' } });
    await expect(compare({ a: 'veth', b: folder('one'), resultsRoot: root })).rejects.toMatchObject({
      failure: { reason: 'usage', message: expect.stringContaining('are one of each') as unknown },
    });
  });
});

describe('--fail-below', () => {
  test.each([
    { a: 'macvlan', b: 'veth', failBelow: 0.95, exitCode: 0, says: 'PASSED' },
    { a: 'veth', b: 'macvlan', failBelow: 0.95, exitCode: 1, says: 'FAILED' },
    { a: 'macvlan', b: 'veth', failBelow: 1.5, exitCode: 0, says: 'Undecided:' },
  ])('$failBelow on $a over $b ends with $exitCode', async ({ says, exitCode, ...options }) => {
    const judged = await drivers(options);
    expect(judged.exitCode).toBe(exitCode);
    expect(judged.text).toContain(says);
    expect(judged.text).toContain('Holm-adjusted');
  });

  test('fails for the cell that became slower, and names it', async () => {
    const { text, exitCode } = await folders('slow', 'one', { failBelow: 0.9 });
    expect(exitCode).toBe(1);
    expect(text).toMatch(/Shown to be below:\n {2}macvlan:bridge, 2 pairs.*is 0\.33/);
    expect(text).toContain('1 undecided');
  });

  test.each([0, -1, NaN, Infinity])('refuses %f', async (failBelow) => {
    await expect(drivers({ failBelow })).rejects.toMatchObject({ failure: { reason: 'usage' } });
  });
});

test('--json gives the same as data', async () => {
  const { text, exitCode } = await folders('slow', 'one', { json: true, failBelow: 0.9 });
  expect(exitCode).toBe(1);
  expect(JSON.parse(text)).toMatchObject({
    a: folder('slow'),
    differences: [{ what: 'environments.local.kernel', a: '6.2.0', b: '6.1.0' }],
    comparison: { pairing: 'none', rows: [{ ratio: { n: 4 } }, { ratio: { n: 4 } }], onlyA: [] },
    gate: { threshold: 0.9, passed: false, below: [{ a: { cell: { driver: 'macvlan:bridge' } } }] },
  });
});
