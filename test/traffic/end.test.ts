import { describe, expect, test } from 'vitest';
import { processId } from '../../src/nodes/process.js';
import type { Meter } from '../../src/probes/meter.js';
import { endClients, stopClients } from '../../src/traffic/end.js';
import { World } from './world.js';

const flows = [1, 2].map((pair) => ({
  pair,
  server: 10 + pair,
  client: 20 + pair,
  device: 'eth0',
}));

/** Stops and ends two clients in a world whose counter shows `bytes` at each pass, the last of them for good. */
async function end(
  world: World,
  bytes: number[],
  states: [number, string][] = [],
): Promise<Map<number, number>> {
  let passes = 0;
  const meter = {
    flowBytes: () => [bytes[Math.min(passes++, bytes.length - 1)]],
  } as unknown as Meter;
  world.states = () => new Map(states);
  const stopped = await stopClients(world.sampler, flows);
  return endClients(world.sampler, meter, flows, stopped);
}

describe('clients that have sent enough', () => {
  test('stop, and are told to end once nothing more arrives and no server works', async () => {
    const world = new World();
    world.signalStep = 0.005;
    const stopped = await end(
      world,
      [100, 200, 200],
      [
        [11, 'S'],
        [12, 'SS'],
      ],
    );
    expect(world.signals).toEqual(['STOP 21', 'STOP 22', 'TERM 21', 'TERM 22', 'CONT 21', 'CONT 22']);
    // Three passes of 50 ms, and 5 ms for STOP and for TERM: a stopped process ends when it goes on.
    expect(stopped.get(0)).toBeCloseTo(0.16, 6);
  });

  test('and were stopped by somebody else are left so', async () => {
    const world = new World();
    await end(world, [100], [[21, 'T']]);
    expect(world.signals).toEqual(['STOP 22', 'TERM 22', 'CONT 22']);
  });

  test('stand still on each node for as long as that node says', async () => {
    const world = new World();
    const signal = world.sampler.signal.bind(world.sampler);
    world.sampler.signal = async (name, pids) =>
      new Map(
        [...(await signal(name, pids))].map(([node, at]) => [
          node,
          node === 1 && name === 'CONT' ? at + 2 : at,
        ]),
      );
    const spread = flows.map((flow, node) => ({ ...flow, client: processId(node, flow.client) }));
    const meter = { flowBytes: () => [100] } as unknown as Meter;
    const stopped = await stopClients(world.sampler, spread);
    const stood = await endClients(world.sampler, meter, spread, stopped);
    expect(stood.get(1)! - stood.get(0)!).toBeCloseTo(2, 6);
  });

  test('are told to end after 3 s whatever servers still do', async () => {
    const world = new World();
    world.step = 0.5;
    const stood = await end(world, [100], [[11, 'SR']]);
    expect(stood.get(0)).toBeCloseTo(3.5, 6);
    expect(world.signals).toContain('TERM 21');
  });
});
