import { describe, expect, test } from 'vitest';
import type { Testbed } from '../../src/nodes/testbed.js';
import type { Meter } from '../../src/probes/meter.js';
import { endClients } from '../../src/traffic/end.js';
import { World } from './world.js';

const flows = [1, 2].map((pair) => ({
  pair,
  server: 10 + pair,
  client: 20 + pair,
  port: 5201,
  device: 'eth0',
}));

/** Ends two clients in a world whose counter shows `bytes` at each pass, the last of them for good. */
async function end(world: World, bytes: number[]): Promise<number> {
  let passes = 0;
  const meter = {
    totalBytes: () => bytes[Math.min(passes++, bytes.length - 1)],
  } as unknown as Meter;
  const testbed = {
    run: async (script: string) => {
      const { code, output } = await world.testbed.run(script);
      if (script.startsWith('grep -qs')) return { code: world.outputs['busy'] ? 0 : 1, output };
      return { code, output: `${output}at ${world.clock}\n` };
    },
  } as unknown as Testbed;
  return endClients([testbed], world.sampler, meter, flows);
}

/** What the scripts did, without how. */
const acts = (world: World): string[] =>
  world.scripts.map((script) => /STOP|TERM|grep/.exec(script)?.[0] ?? script);

describe('clients that have sent enough', () => {
  test('stop, and are told to end once nothing more arrives and no server works', async () => {
    const world = new World();
    const stopped = await end(world, [100, 200, 200]);
    expect(acts(world)).toEqual(['STOP', 'grep', 'TERM']);
    expect(world.scripts[0]).toContain('kill -STOP 21 22');
    expect(world.scripts[1]).toContain('/proc/11/task/*/stat /proc/12/task/*/stat');
    // Three passes of 50 ms.
    expect(stopped).toBeCloseTo(0.15, 6);
  });

  test('are told to end after 3 s whatever servers still do', async () => {
    const world = new World();
    world.step = 0.5;
    world.outputs['busy'] = 'yes';
    expect(await end(world, [100])).toBeCloseTo(3.5, 6);
    expect(acts(world).at(-1)).toBe('TERM');
  });
});
