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
      if (script.startsWith('grep')) return { code, output: world.outputs[/T|RD/.exec(script)![0]] ?? '' };
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
    expect(acts(world)).toEqual(['grep', 'STOP', 'grep', 'TERM']);
    expect(world.scripts[1]).toContain('kill -STOP 21 22');
    expect(world.scripts[2]).toContain('/proc/11/task/*/stat /proc/12/task/*/stat');
    // Three passes of 50 ms.
    expect(stopped).toBeCloseTo(0.15, 6);
  });

  test('and were stopped by somebody else are left so', async () => {
    const world = new World();
    world.outputs['T'] = '/proc/21/task/21/stat\n';
    await end(world, [100]);
    expect(world.scripts.join('\n')).toContain('kill -STOP 22 ');
    expect(world.scripts.at(-1)).toMatch(/kill -TERM 22 .*kill -CONT 22 /);
  });

  test('are told to end after 3 s whatever servers still do', async () => {
    const world = new World();
    world.step = 0.5;
    world.outputs['RD'] = '/proc/11/task/11/stat\n';
    expect(await end(world, [100])).toBeCloseTo(3.5, 6);
    expect(acts(world).at(-1)).toBe('TERM');
  });
});
