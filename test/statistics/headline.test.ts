import { expect, test } from 'vitest';
import { headlines } from '../../src/statistics/headline.js';
import { pairedRatio } from '../../src/statistics/ratio.js';
import { cell, near, runs, scenario } from './made.js';

const of = (driver: string, totals: number[], pairs = 2) => runs(cell({ driver, pairs }), totals);
const four = scenario({ drivers: ['host', 'veth:bridge', 'macvlan:bridge', 'ipvlan:l3'], pairs: [1, 2] });
const HOST = [50, 51, 49, 50];
const VETH = [10, 10.1, 9.9, 10];
const MACVLAN = [15, 15.2, 14.8, 15.1];
const IPVLAN = [15.1, 14.9, 15.2, 14.9];

test('nothing measured gives no headline', () => {
  expect(headlines([], four)).toEqual([]);
});

test('the fastest container driver leads; the host is only a baseline', () => {
  const records = [...of('host', HOST), ...of('veth:bridge', VETH), ...of('macvlan:bridge', MACVLAN)];
  const [headline] = headlines(records, four);
  expect(headline).toMatchObject({ method: 'concurrent', reference: 'veth:bridge' });
  const { lead, toReference } = headline!.overall;
  expect(lead).toMatchObject({ leader: 'macvlan:bridge', rivals: [{ driver: 'veth:bridge', behind: true }] });
  expect(toReference.map(({ driver }) => driver)).toEqual(['host', 'macvlan:bridge']);
  expect(toReference[1]!.ratio).toMatchObject({ ratio: near(1.5025, 3), n: 4, confidence: 0.95 });
});

test('drivers that can not be told apart are not called behind', () => {
  const records = [...of('veth:bridge', VETH), ...of('macvlan:bridge', MACVLAN), ...of('ipvlan:l3', IPVLAN)];
  const { lead } = headlines(records, four)[0]!.overall;
  expect(lead!.leader).toBe('ipvlan:l3');
  expect(lead!.rivals.map(({ driver, behind }) => [driver, behind])).toEqual([
    ['macvlan:bridge', false],
    ['veth:bridge', true],
  ]);
});

test('the reference itself can lead', () => {
  const records = [...of('veth:bridge', MACVLAN), ...of('macvlan:bridge', VETH)];
  expect(headlines(records, four)[0]!.overall.lead!.leader).toBe('veth:bridge');
});

test('overall is the geometric mean over the strata, which are told one by one', () => {
  const records = [
    ...of('veth:bridge', VETH, 1),
    ...of(
      'macvlan:bridge',
      VETH.map((total) => 2 * total),
      1,
    ),
    ...of('veth:bridge', VETH, 2),
    ...of(
      'macvlan:bridge',
      VETH.map((total) => 8 * total),
      2,
    ),
  ];
  const [headline] = headlines(records, four);
  expect(headline!.overall.toReference[0]!.ratio).toMatchObject({ ratio: near(4, 9) });
  expect(headline!.strata.map(({ stratum, toReference }) => [stratum.pairs, toReference[0]!.ratio])).toEqual([
    [1, pairedRatio([2, 2, 2, 2], [1, 1, 1, 1])],
    [2, pairedRatio([8, 8, 8, 8], [1, 1, 1, 1])],
  ]);
});

test('methods are told apart, and one driver alone has no lead', () => {
  const old = runs(cell({ method: 'published-2015' }), VETH);
  const both = scenario({ method: ['concurrent', 'published-2015'] });
  const told = headlines([...of('veth:bridge', VETH), ...of('macvlan:bridge', MACVLAN), ...old], both);
  expect(told.map(({ method, overall }) => [method, overall.lead?.leader])).toEqual([
    ['concurrent', 'macvlan:bridge'],
    ['published-2015', undefined],
  ]);
});
