import { expect, test } from 'vitest';
import { plan, type PlanAnswer, type PlanOptions } from '../../src/commands/plan.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { scenario } from '../plan/scenario.js';

const textOf = async (changes: Partial<Scenario> = {}, more: Partial<PlanOptions> = {}): Promise<string> =>
  (await plan({ scenario: { ...scenario, ...changes }, all: false, json: false, ...more })).text;

const answerOf = async (
  changes: Partial<Scenario> = {},
  more: Partial<PlanOptions> = {},
): Promise<PlanAnswer> => JSON.parse(await textOf(changes, { ...more, json: true })) as PlanAnswer;

test('the plan is a script: every line is a comment or a command of ip or iperf3', async () => {
  for (const line of (await textOf()).split('\n')) expect(line).toMatch(/^($|# |ip |iperf3 )/);
});

test('a question of several lines stays a comment', async () => {
  expect(await textOf({ question: 'one\nreboot' })).toMatch(/^# mine: one\n# reboot\n/);
});

test('it begins with the question, the number of runs and blocks, and the time', async () => {
  expect((await textOf()).split('\n').slice(0, 2)).toEqual([
    '# mine: Which driver is ahead?',
    expect.stringMatching(/^# 24 runs in 12 blocks, about \d+ min/),
  ]);
});

test('the smallest cell of each driver is shown', async () => {
  const cells = (await answerOf()).cells.map(({ cell }) => [cell.driver, cell.pairs, cell.mtu]);
  expect(cells).toEqual([
    ['host', 1, 1500],
    ['veth:bridge', 1, 1500],
  ]);
});

test('every cell is shown when asked for', async () => {
  expect((await answerOf({}, { all: true })).cells).toHaveLength(8);
});

test('a cell is built, measured and taken down by namespace', async () => {
  const [veth] = (await answerOf()).cells[1]!.nodes;
  expect(veth!.build.map(({ place }) => place)).toEqual(['node', 's1', 'c1']);
  expect(veth!.servers).toEqual([expect.stringMatching(/^ip netns exec s1 iperf3 -s -p 5201/)]);
  expect(veth!.clients).toEqual([
    expect.stringMatching(/^ip netns exec c1 iperf3 -c 10\.0\.1\.1 -p 5201.* -C cubic/),
  ]);
  expect(veth!.tearDown).toEqual(['ip link del group 7', 'ip netns del c1', 'ip netns del s1']);
});

test('pairs that share the host have a port each', async () => {
  const [host] = (await answerOf({ pairs: [2] })).cells[0]!.nodes;
  expect(host!.servers.map((line) => /-p (\d+)/.exec(line)?.[1])).toEqual(['5201', '5202']);
  expect(host!.clients.map((line) => /-c (\S+) -p (\d+)/.exec(line)?.slice(1))).toEqual([
    ['127.0.0.1', '5201'],
    ['127.0.0.1', '5202'],
  ]);
});

test('a physical uplink is named in the commands', async () => {
  const text = await textOf({ drivers: ['macvlan:bridge'] }, { uplink: 'eth1' });
  expect(text).toContain('ip link add link eth1 name eth0 netns s1 mtu 1500 type macvlan mode bridge');
});

test('children of an uplink that stays are made in the machine’s own network', async () => {
  const stays = { uplink: 'eth1', uplinkMode: 'shared' };
  const text = await textOf({ drivers: ['macvlan:bridge', 'ipvlan:l3', 'host'] }, stays);
  expect(text).toContain(
    'nsenter --target $testbed --mount ip link add link eth1 name eth0 netns s1 mtu 1500 type macvlan mode bridge',
  );
  expect(text).toContain('# ipvlan:l3 is not measured: eth1 stays as it is, and l3 routes');
  expect(text).toContain('iperf3 -c 127.0.0.1');
  expect(text).not.toContain('set eth1');
});

test('a driver that can not be measured on one node is named with the reason, and not counted', async () => {
  const drivers = ['host', 'macvlan:private'];
  expect(await textOf({ drivers })).toContain('# macvlan:private is not measured: private keeps');
  expect((await answerOf({ drivers })).estimate.runs).toBe(12);
});

test('it is exit code 3 if no driver can be measured, and 0 otherwise', async () => {
  const only = async (drivers: string[]): Promise<number> =>
    (await plan({ scenario: { ...scenario, drivers }, all: false, json: false })).exitCode;
  expect(await only(['macvlan:private'])).toBe(3);
  expect(await only(['macvlan:private', 'host'])).toBe(0);
});

test('an adaptive scenario is given the least and the most', async () => {
  const repeat = { kind: 'adaptive', min: 2, max: 4, precision: 0.025 } as const;
  expect(await textOf({ repeat })).toMatch(
    /# at least 16 runs in 8 blocks, .*; at most 32 runs in 16 blocks, /,
  );
});

test('more pairs than a bridge has ports for are refused by the name of the limit', async () => {
  await expect(textOf({ pairs: [1, 512] })).rejects.toThrow(/BR_MAX_PORTS/);
});
