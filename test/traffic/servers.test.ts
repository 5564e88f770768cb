import { afterEach, expect, test, vi } from 'vitest';
import type { BenchError } from '../../src/failures.js';
import { startServers, type ServerProgram } from '../../src/traffic/servers.js';
import { World } from './world.js';

const servers: ServerProgram[] = [1, 2].map((pair) => ({
  name: `s${pair}`,
  node: 0,
  netns: `/run/netns/s${pair}`,
  argv: ['iperf3', '-s'],
  port: 5200 + pair,
}));

afterEach(() => void vi.useRealTimers());

test('servers are ready once each listens at its own port', async () => {
  const world = new World();
  const seen: Map<number, Set<number>>[] = [
    new Map<number, Set<number>>(),
    // Both ports are there, but one of them is another server's.
    new Map([[101, new Set([5201, 5202])]]),
    new Map([
      [101, new Set([5201])],
      [102, new Set([5202])],
    ]),
  ];
  let passes = 0;
  world.read = () => ({ listening: seen[passes++]! });
  const pids = await startServers(world.testbeds, world.sampler, servers);
  expect(pids).toEqual(
    new Map([
      ['s1', 101],
      ['s2', 102],
    ]),
  );
  expect(passes).toBe(3);
});

test('a server that has ended is not waited for', async () => {
  vi.useFakeTimers();
  const world = new World();
  world.read = () => ({ listening: new Map([[101, new Set([5201])]]) });
  world.outputs['s2'] = 'iperf3: error - unable to start listener';
  world.ended.add(102);
  const outcome = startServers(world.testbeds, world.sampler, servers).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(1100);
  expect(((await outcome) as BenchError).failure).toEqual({
    reason: 'server-not-ready',
    message: '1 server(s) ended before they listened, the first is s2',
    detail: 'iperf3: error - unable to start listener',
  });
});

test('servers that do not listen in time fail with their number, the first one and its words', async () => {
  vi.useFakeTimers();
  const world = new World();
  world.read = () => ({ listening: new Map([[101, new Set([5201])]]) });
  world.outputs['s2'] = 'iperf3: unrecognized option';
  const outcome = startServers(world.testbeds, world.sampler, servers).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(60_100);
  expect(((await outcome) as BenchError).failure).toEqual({
    reason: 'server-not-ready',
    message: '1 server(s) did not listen within 60 s, the first is s2',
    detail: 'iperf3: unrecognized option',
  });
});
