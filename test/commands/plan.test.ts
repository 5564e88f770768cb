import { expect, test } from 'vitest';
import { plan, type PlanAnswer } from '../../src/commands/plan.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { scenario } from '../plan/scenario.js';

const textOf = (changes: Partial<Scenario> = {}, all = false): string =>
  plan({ scenario: { ...scenario, ...changes }, all, json: false }).text;

const answerOf = (changes: Partial<Scenario> = {}, all = false): PlanAnswer =>
  JSON.parse(plan({ scenario: { ...scenario, ...changes }, all, json: true }).text) as PlanAnswer;

test('the plan is a script: every line is a comment or a command of ip or iperf3', () => {
  for (const line of textOf().split('\n')) expect(line).toMatch(/^($|# |ip |iperf3 )/);
});

test('a question of several lines stays a comment', () => {
  expect(textOf({ question: 'one\nreboot' })).toMatch(/^# mine: one\n# reboot\n/);
});

test('it begins with the question, the number of runs and blocks, and the time', () => {
  expect(textOf().split('\n').slice(0, 2)).toEqual([
    '# mine: Which driver is ahead?',
    expect.stringMatching(/^# 24 runs in 12 blocks, about \d+ min/),
  ]);
});

test('the smallest cell of each driver is shown', () => {
  const cells = answerOf().cells.map(({ cell }) => [cell.driver, cell.pairs, cell.mtu]);
  expect(cells).toEqual([
    ['host', 1, 1500],
    ['veth:bridge', 1, 1500],
  ]);
});

test('every cell is shown when asked for', () => {
  expect(answerOf({}, true).cells).toHaveLength(8);
});

test('a cell is built, measured and taken down by namespace', () => {
  const [veth] = answerOf().cells[1]!.nodes;
  expect(veth!.build.map(({ place }) => place)).toEqual(['node', 's1', 'c1']);
  expect(veth!.servers).toEqual([expect.stringMatching(/^ip netns exec s1 iperf3 -s -p 5201/)]);
  expect(veth!.clients).toEqual([
    expect.stringMatching(/^ip netns exec c1 iperf3 -c 10\.0\.1\.1 -p 5201.* -C cubic/),
  ]);
  expect(veth!.tearDown).toEqual(['ip link del group 7', 'ip netns del c1', 'ip netns del s1']);
});

test('pairs that share the host have a port each', () => {
  const [host] = answerOf({ pairs: [2] }).cells[0]!.nodes;
  expect(host!.servers.map((line) => /-p (\d+)/.exec(line)?.[1])).toEqual(['5201', '5202']);
  expect(host!.clients.map((line) => /-c (\S+) -p (\d+)/.exec(line)?.slice(1))).toEqual([
    ['127.0.0.1', '5201'],
    ['127.0.0.1', '5202'],
  ]);
});

test('a physical uplink is named in the commands', () => {
  const { text } = plan({
    scenario: { ...scenario, drivers: ['macvlan:bridge'] },
    uplink: 'eth1',
    all: false,
    json: false,
  });
  expect(text).toContain('ip link add link eth1 name eth0 netns s1 mtu 1500 type macvlan mode bridge');
});

test('a driver that can not be measured on one node is named with the reason, and not counted', () => {
  const drivers = ['host', 'macvlan:private'];
  expect(textOf({ drivers })).toContain('# macvlan:private is not measured: private keeps');
  expect(answerOf({ drivers }).estimate.runs).toBe(12);
});

test('it is exit code 3 if no driver can be measured, and 0 otherwise', () => {
  const only = (drivers: string[]) =>
    plan({ scenario: { ...scenario, drivers }, all: false, json: false }).exitCode;
  expect(only(['macvlan:private'])).toBe(3);
  expect(only(['macvlan:private', 'host'])).toBe(0);
});

test('an adaptive scenario is given the least and the most', () => {
  const repeat = { kind: 'adaptive', min: 2, max: 4, precision: 0.025 } as const;
  expect(textOf({ repeat })).toMatch(/# at least 16 runs in 8 blocks, .*; at most 32 runs in 16 blocks, /);
});

test('more pairs than a bridge has ports for are refused by the name of the limit', () => {
  expect(() => textOf({ pairs: [1, 512] })).toThrow(/BR_MAX_PORTS/);
});
