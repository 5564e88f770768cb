import { afterEach, describe, expect, test, vi } from 'vitest';
import { BenchError, type FailureReason } from '../../src/failures.js';
import { isAlive, parseStat } from '../../src/nodes/lab/keeper.js';
import { downLab, upLab } from '../../src/nodes/lab/lab.js';
import { checkOptions, type LabOptions } from '../../src/nodes/lab/settings.js';

afterEach(() => vi.restoreAllMocks());

/** Reason and message of the failure that something throws. */
function failureOf(work: () => unknown): [FailureReason, string] {
  try {
    work();
  } catch (error) {
    if (error instanceof BenchError) return [error.failure.reason, error.message];
  }
  throw new Error('it did not fail as expected');
}

describe('what a lab is to be', () => {
  test('is two nodes on a 10 Gbit/s switch with jumbo frames unless told otherwise', () => {
    expect(checkOptions({})).toEqual({
      name: 'default',
      mtu: 9000,
      shape: { rate: 10e9, burst: 4 * 2 ** 20, limit: 8 * 2 ** 20 },
      nodes: [
        { name: 'node1', address: '192.0.2.11', port: 'port1' },
        { name: 'node2', address: '192.0.2.12', port: 'port2' },
      ],
    });
  });

  test('has nodes named after it if it has a name, each with an address of its own', () => {
    const { nodes } = checkOptions({ name: 'rack-7', nodes: 64 });
    expect(nodes[63]).toEqual({ name: 'rack-7-node64', address: '192.0.2.74', port: 'port64' });
    expect(new Set(nodes.map(({ address }) => address)).size).toBe(64);
  });

  test.each([
    ['200mbit', 200e6],
    ['2.5Gbit', 2.5e9],
    ['1gibit', 2 ** 30],
    ['125mbps', 1e9],
    ['1000000bit', 1e6],
  ])('takes the rate %s as tc does', (rate, bits) => {
    expect(checkOptions({ rate }).shape.rate).toBe(bits);
  });

  test.each([
    ['40gbit', 16 * 2 ** 20, 32 * 2 ** 20],
    ['1gbit', 419_430, 838_860],
    ['200mbit', 256 * 2 ** 10, 512 * 2 ** 10],
  ])('lets %s burst and queue in proportion, but no less than a few packets', (rate, burst, limit) => {
    expect(checkOptions({ rate }).shape).toMatchObject({ burst, limit });
  });

  test('takes burst and queue as given', () => {
    expect(checkOptions({ burst: 1e6, limit: 3e6 }).shape).toEqual({ rate: 10e9, burst: 1e6, limit: 3e6 });
  });

  test.each<[LabOptions, string]>([
    [{ nodes: 1 }, '--nodes takes a whole number from 2 to 64, not 1'],
    [{ nodes: 65 }, '--nodes takes a whole number from 2 to 64, not 65'],
    [{ nodes: Number.NaN }, '--nodes takes a whole number from 2 to 64, not NaN'],
    [{ mtu: 67 }, '--mtu takes a whole number from 68 to 65535, not 67'],
    [{ mtu: 65_536 }, '--mtu takes a whole number from 68 to 65535, not 65536'],
    ...['10', '10g', '999kbit', '401gbit', '-1gbit', '1 gbit', '1ibit', ''].map(
      (rate): [LabOptions, string] => [
        { rate },
        `--rate takes a number from 1mbit to 400gbit with a unit of tc, such as 10gbit or 200mbit, not "${rate}"`,
      ],
    ),
    ...['', 'A', '7', '../x', 'a b', '$(x)', 'a'.repeat(32)].map((name): [LabOptions, string] => [
      { name },
      `a lab's name has up to 31 lower-case letters, digits and hyphens, a letter first; --name is "${name}"`,
    ]),
  ])('is not %o', (options, message) => {
    expect(failureOf(() => checkOptions(options))).toEqual(['usage', message]);
  });

  test('is asked for by root alone', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    const refused = { failure: { reason: 'privilege', message: expect.stringContaining('sudo') as string } };
    await expect(upLab()).rejects.toMatchObject(refused);
    await expect(downLab('default')).rejects.toMatchObject(refused);
  });
});

describe('a process', () => {
  const line = (name: string): string =>
    `4711 (${name}) S 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 2 3 184`;

  test.each(['sh', 'a b', 'sh) Z 9 (', '((', ')) '])('named "%s" is read from its line', (name) => {
    expect(parseStat(line(name))).toEqual({ pid: 4711, state: 'S', startTime: 987_654 });
  });

  test('is known by when it started, not by its pid alone', async () => {
    const { readFile } = await import('node:fs/promises');
    const { pid, startTime } = parseStat(await readFile('/proc/self/stat', 'utf8'));
    expect(pid).toBe(process.pid);
    expect(isAlive({ pid, startTime })).toBe(true);
    expect(isAlive({ pid, startTime: startTime - 1 })).toBe(false);
  });
});
