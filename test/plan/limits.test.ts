import { expect, test } from 'vitest';
import { BenchError } from '../../src/failures.js';
import { refusals, refuseImpossible } from '../../src/plan/limits.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { scenario } from './scenario.js';

test.each<[Partial<Scenario>, string]>([
  [
    { pairs: [512] },
    'veth:bridge takes at most 511 pairs, not 512: a pair needs 2 bridge ports, and a Linux bridge has at most 1023 (BR_MAX_PORTS)',
  ],
  [{ mtu: [67] }, 'the MTU must be at least 68, not 67: IPv4 needs it'],
  [{ mtu: [65536] }, 'the MTU must be at most 65535, not 65536: no IPv4 packet is larger'],
  [{ protocol: 'udp', udpLength: [65508] }, 'a UDP datagram carries at most 65507 bytes, not 65508'],
])('%j is refused once, with the limit', (changes, message) => {
  expect(refusals({ ...scenario, ...changes })).toEqual([{ reason: 'scenario', message }]);
});

test.each<Partial<Scenario>>([
  { pairs: [511] },
  { pairs: [1024], drivers: ['host', 'macvlan:bridge', 'veth:direct'] },
  { mtu: [68, 65535] },
  { protocol: 'udp', udpLength: [65507, 'fit'] },
])('%j is not refused', (changes) => {
  expect(refusals({ ...scenario, ...changes })).toEqual([]);
});

test('everything that is impossible is told at once', () => {
  const impossible = { ...scenario, mtu: [10, 70_000] };
  expect(() => refuseImpossible(impossible)).toThrow(BenchError);
  try {
    refuseImpossible(impossible);
  } catch (error) {
    expect((error as BenchError).failure).toEqual({
      reason: 'scenario',
      message: 'the MTU must be at least 68, not 10: IPv4 needs it',
      detail: 'the MTU must be at most 65535, not 70000: no IPv4 packet is larger',
    });
  }
});
