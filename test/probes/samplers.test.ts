import { describe, expect, test } from 'vitest';
import { processId } from '../../src/nodes/process.js';
import { NodeSampler } from '../../src/probes/sampler.js';
import { Sampler } from '../../src/probes/samplers.js';
import { FakeChannel } from '../nodes/channel.js';

/** A node whose clock shows `uptime`, and whose sampler has taken `cpu` seconds. */
function nodeAt(uptime: number, cpu: number): FakeChannel {
  return new FakeChannel((text, channel) => {
    const [request = ''] = text.trim().split(' ');
    const clock = `/proc/uptime:${uptime} 1.00\n`;
    const answers: Record<string, string> = {
      files: 'priority own session\n',
      pass: `${clock}/proc/7/net/dev:  eth0: 100 2 0\n/proc/stat:cpu  1 2 3 4 5 6 7 8\n${clock}`,
      signal: `at ${uptime}\n`,
      times: `0m${cpu}s 0m0s\n0m0s 0m0s\n`,
    };
    channel.say(`${answers[request] ?? ''}@end\n`);
  });
}

async function twoNodes(): Promise<{ sampler: Sampler; channels: FakeChannel[] }> {
  const channels = [nodeAt(5000, 1), nodeAt(8600, 3)];
  const [first, second] = channels.map((channel, node) => new NodeSampler(channel, node));
  const sampler = new Sampler([first!, second!]);
  await sampler.begin();
  for (const channel of channels) channel.written.length = 0;
  return { sampler, channels };
}

describe('samplers of two nodes', () => {
  test('are asked for what is on their own node, and machines are read on both', async () => {
    const { sampler, channels } = await twoNodes();
    const files = [0, 1].map((node) => ({ process: processId(node, 7), file: 'net/dev' }));
    await sampler.define('edge', { pattern: 'eth0', files, everywhere: ['/proc/stat'] });
    const pass = await sampler.pass('edge');
    for (const { written } of channels)
      expect(written).toEqual(['files edge eth0 /proc/7/net/dev /proc/stat\n', 'pass edge\n']);
    expect([...pass.devices.keys()]).toEqual([7, processId(1, 7)]);
    expect([...pass.machines.keys()]).toEqual([0, 1]);
    expect([...pass.begins]).toEqual([
      [0, 5000],
      [1, 8600],
    ]);
  });

  test('leave the node in peace that a kind of pass has no files on', async () => {
    const { sampler, channels } = await twoNodes();
    await sampler.define('beat', { pattern: 'eth0', files: [{ process: processId(1, 7), file: 'net/dev' }] });
    const { begin } = await sampler.pass('beat');
    expect(channels[0]!.written).toEqual([]);
    // By the first node's clock, whichever node was read; the exchanges of a test take a few milliseconds.
    expect(begin).toBeGreaterThan(4999.8);
    expect(begin).toBeLessThan(5000.2);
  });

  test('tell how far their clocks are apart, and how well that is known', async () => {
    const { sampler } = await twoNodes();
    const [first, second] = await sampler.synchronize();
    expect(first).toEqual({ offset: 0, error: 0 });
    expect(Math.abs(second!.offset - 3600)).toBeLessThan(0.2);
    // At least the steps of both clocks.
    expect(second!.error).toBeGreaterThanOrEqual(0.01);
    expect(second!.error).toBeLessThan(1);
    expect(sampler.translate(1, 8610)).toBeCloseTo(8610 - second!.offset, 9);
  });

  test('signal what is on their own node, and tell when, by the clock of the first', async () => {
    const { sampler, channels } = await twoNodes();
    const [, second] = await sampler.synchronize();
    for (const channel of channels) channel.written.length = 0;
    const moments = await sampler.signal('STOP', [7, processId(1, 7), 8]);
    expect(channels.map(({ written }) => written)).toEqual([['signal STOP 7 8\n'], ['signal STOP 7\n']]);
    expect([...moments]).toEqual([
      [0, 5000],
      [1, 8600 - second!.offset],
    ]);
    expect((await sampler.signal('KILL', [])).size).toBe(0);
  });

  test('tell what each has taken', async () => {
    const { sampler } = await twoNodes();
    expect(await sampler.cpuSeconds()).toEqual([1, 3]);
  });
});
