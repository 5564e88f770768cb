import { describe, expect, test } from 'vitest';
import { BenchError } from '../../src/failures.js';
import type { Testbed } from '../../src/nodes/testbed.js';
import { planTopology } from '../../src/plan/topology.js';
import type { TopologyPlan } from '../../src/plan/plan.js';
import { proveDevices, provePaths } from '../../src/runner/prove.js';
import { cell } from '../plan/scenario.js';

const apart = planTopology({ ...cell, driver: 'veth:bridge', pairs: 3 });
const shared = planTopology({ ...cell, driver: 'host', pairs: 3 });

async function failureOf(work: () => Promise<unknown>): Promise<BenchError['failure'] | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(BenchError);
    return (error as BenchError).failure;
  }
}

describe('devices', () => {
  const device = (name: string, mtu: number): Parameters<typeof proveDevices>[0][number][number] => ({
    place: 'ip -n s1',
    name,
    mtu,
  });

  test.each<[string, TopologyPlan, [name: string, mtu: number][], string | undefined]>([
    [
      'all are right',
      apart,
      [
        ['eth0', 1500],
        ['br0', 1500],
      ],
      undefined,
    ],
    [
      'lo is larger, and not on the way',
      apart,
      [
        ['lo', 65_536],
        ['eth0', 1500],
      ],
      undefined,
    ],
    [
      'a device that was there before differs',
      apart,
      [
        ['ifb0', 9000],
        ['eth0', 1500],
      ],
      undefined,
    ],
    ['lo is on the way', shared, [['lo', 65_536]], 'lo (`ip -n s1`) has 65536'],
    [
      'one is larger',
      apart,
      [
        ['eth0', 1500],
        ['br0', 9000],
      ],
      'br0 (`ip -n s1`) has 9000',
    ],
    ['one is smaller', apart, [['eth0', 1400]], 'eth0 (`ip -n s1`) has 1400'],
  ])('are proved when %s', async (_, plan, devices, words) => {
    const failure = await failureOf(() => {
      proveDevices([devices.map(([name, mtu]) => device(name, mtu))], plan);
      return Promise.resolve();
    });
    expect(failure?.reason).toBe(words && 'mtu');
    if (words) expect(failure?.message).toContain(words);
  });
});

/** A testbed whose pings from `c1`, `c2`, ... fail as `fails` says; they come back in random order. */
function pinging(fails: (client: string, bytes: number, round: number) => boolean): {
  testbed: Testbed;
  pings: string[];
} {
  const pings: string[] = [];
  let round = 0;
  const run = (script: string): unknown => {
    round += 1;
    const lost = [
      ...script.matchAll(/^attempt (\d+) nsenter --net=\S*?(c?\d+|ns\/net) ping (.*) -s (\d+) (\S+) &/gm),
    ].filter(([, , client = '', , bytes]) => {
      pings.push(`${client} ${bytes}`);
      return fails(client, Number(bytes), round);
    });
    return Promise.resolve({
      code: 0,
      output: lost
        .reverse()
        .map(([, at]) => `\n@failed ${at} 1\n`)
        .join(''),
    });
  };
  return { testbed: { run } as unknown as Testbed, pings };
}

describe('paths', () => {
  test('are proved by one ping of the full size for each pair', async () => {
    const { testbed, pings } = pinging(() => false);
    await provePaths([testbed], apart);
    // 1500 less 20 bytes of IP and 8 of ICMP.
    expect(pings).toEqual(['c1 1472', 'c2 1472', 'c3 1472']);
  });

  test('of pairs that share a namespace are one', async () => {
    const { testbed, pings } = pinging(() => false);
    await provePaths([testbed], shared);
    expect(pings).toHaveLength(1);
  });

  test('that lost a packet once are tried again, and only those', async () => {
    const { testbed, pings } = pinging((client, _, round) => client === 'c2' && round === 1);
    await provePaths([testbed], apart);
    expect(pings.slice(3)).toEqual(['c2 1472']);
  });

  test.each<[string, (client: string, bytes: number) => boolean, string, string]>([
    [
      'only the full size fails',
      (client, bytes) => client === 'c2' && bytes > 56,
      'mtu',
      'packets of 1500 bytes do not get from c2 to s2',
    ],
    ['nothing gets through', (client) => client === 'c3', 'reach', "c3 can't reach s3 (1 of 3 pairs)"],
    [
      'one pair has a small MTU and another none at all',
      (client, bytes) => client === 'c3' || (client === 'c1' && bytes > 56),
      'reach',
      "c3 can't reach s3",
    ],
  ])('fail when %s', async (_, fails, reason, words) => {
    const failure = await failureOf(() => provePaths([pinging(fails).testbed], apart));
    expect(failure?.reason).toBe(reason);
    expect(failure?.message).toContain(words);
  });
});
