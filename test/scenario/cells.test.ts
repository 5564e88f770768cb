import { expect, test } from 'vitest';
import { cellKey, cellOf, describeStratum, strata, stratumKey } from '../../src/scenario/cells.js';
import { parseOverrides } from '../../src/scenario/overrides.js';
import { load } from './help.js';

const scenarioOf = (name: string, flags: Record<string, string>) =>
  load(name, { overrides: parseOverrides(flags) });

test('TCP strata span method, MTU, placement, congestion control and pairs, and nothing of UDP', async () => {
  const all = strata(
    await scenarioOf('local-tcp', { pairs: '1,2', congestionControl: 'cubic,bbr', placement: 'none,split' }),
  );
  expect(all).toHaveLength(2 * 2 * 2 * 2);
  expect(all[0]).toEqual({
    topology: 'local',
    protocol: 'tcp',
    method: 'concurrent',
    mtu: 1500,
    placement: 'none',
    congestionControl: 'cubic',
    pairs: 1,
  });
});

test('UDP strata have a datagram length, which is always 8192 in the study’s own method', async () => {
  const flags = { pairs: '1', mtu: '1500', udpLength: 'fit,1000', method: 'concurrent,published-2015' };
  const all = strata(await scenarioOf('local-udp', flags));
  expect(all.map(({ method, udpLength }) => [method, udpLength])).toEqual([
    ['concurrent', 'fit'],
    ['concurrent', 1000],
    ['published-2015', 8192],
  ]);
  expect(all.some((stratum) => 'congestionControl' in stratum)).toBe(false);
});

test('keys tell strata and cells apart, and do not depend on the order of properties', async () => {
  const all = strata(
    await scenarioOf('local-tcp', { congestionControl: 'cubic,bbr', method: 'concurrent,published-2015' }),
  );
  expect(new Set(all.map(stratumKey)).size).toBe(all.length);
  const [first] = all;
  const reversed = Object.fromEntries(Object.entries(first!).reverse()) as typeof first;
  expect(stratumKey(reversed!)).toBe('local tcp cubic concurrent mtu=1500 pairs=1 placement=none');
  expect(cellKey(cellOf(first!, 'host'))).toBe(`${stratumKey(first!)} driver=host`);
  expect(stratumKey(cellOf(first!, 'host'))).toBe(stratumKey(first!));
});

test.each([
  ['local-tcp', { pairs: '1', mtu: '1500' }, '1 pair, TCP cubic, MTU 1500'],
  ['local-udp', { pairs: '8', mtu: '9000' }, '8 pairs, UDP, MTU 9000'],
  [
    'local-udp',
    { pairs: '8', mtu: '1500', method: 'published-2015' },
    '8 pairs, UDP, datagrams of 8192 B, MTU 1500, published-2015',
  ],
  ['local-tcp', { pairs: '2', mtu: '1500', placement: 'split' }, '2 pairs, TCP cubic, MTU 1500, split'],
])('%s with %o is called by what is special about it', async (name, flags, words) => {
  expect(strata(await scenarioOf(name, flags)).map(describeStratum)).toEqual([words]);
});
