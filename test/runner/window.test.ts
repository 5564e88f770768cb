import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createMeter, type FlowProcesses } from '../../src/probes/meter.js';
import { parsePass, type Pass } from '../../src/probes/pass.js';
import type { Sampler } from '../../src/probes/samplers.js';
import { watchWindow, type WindowPasses } from '../../src/runner/window.js';

/** Seconds since the release; sleeping is all that takes time. */
const time = vi.hoisted(() => ({ now: 0 }));
vi.mock('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) => {
    time.now += milliseconds / 1000;
    return Promise.resolve();
  },
}));
beforeEach(() => {
  time.now = 0;
});

const flows: FlowProcesses[] = [11, 12].map((server, at) => ({
  pair: at + 1,
  server,
  client: server + 10,
  device: 'eth0',
}));
const RELEASED = 1000;

/** Bytes of each flow at a moment after the release; undefined: no counter tells it. */
type Curve = (seconds: number) => number;

/** Every flow sends a megabyte a second from its own start on. */
const from =
  (start: number): Curve =>
  (seconds) =>
    Math.round(Math.max(0, seconds - start) * 1e6);

interface Watched {
  passes: WindowPasses;
  beats: [throughput: number, elapsed: number][];
  kinds: string[];
  phases: string[];
}

/** Watches flows through a sampler whose clock has steps of 10 ms and whose passes take as long. */
async function watch(
  curves: Curve[],
  { omit = 0.5, duration = 1, late = (): number => 0 } = {},
): Promise<Watched> {
  /** The fraction makes up for what binary numbers lose. */
  const clock = (): number => RELEASED + Math.floor(time.now * 100 + 1e-6) / 100;
  const kinds: string[] = [];
  const read = (begin: number): Pass => ({
    ...parsePass('/proc/uptime:1 1', {}),
    begin,
    end: begin + 0.01,
    devices: new Map(
      flows.map(({ server }, at) => [
        server,
        { eth0: { rxBytes: curves[at]!(begin - RELEASED), rxPackets: 0 } },
      ]),
    ),
  });
  let used = 0;
  const sampler = {
    now: () => Promise.resolve(clock()),
    cpuSeconds: () => Promise.resolve([(used += 0.25)]),
    pass: (kind: string) => {
      kinds.push(kind);
      time.now += late();
      const pass = read(clock());
      time.now += 0.01;
      return Promise.resolve(pass);
    },
  } as unknown as Sampler;
  const beats: Watched['beats'] = [];
  const phases: string[] = [];
  const passes = await watchWindow(sampler, {
    flows,
    meter: createMeter('tcp', 'device', 1472),
    omit,
    duration,
    releasedAt: RELEASED,
    before: read(RELEASED - 0.01),
    onPhase: (phase) => phases.push(`${phase} after ${kinds.length} passes`),
    onBeat: (...beat) => beats.push(beat),
  });
  return { passes, beats, kinds, phases };
}

describe('the window', () => {
  test('opens when the last flow is active and the warm-up is over', async () => {
    const { passes } = await watch([from(0), from(0.3)]);
    // The second flow is seen within a period of 40 ms and a pass of 10 ms after its start.
    const [first, second] = passes.lateness;
    expect(first).toBeLessThanOrEqual(0.06);
    expect(second).toBeGreaterThan(0.3);
    expect(second).toBeLessThanOrEqual(0.37);
    expect(passes.open.begin - RELEASED).toBeGreaterThanOrEqual(0.8);
    expect(passes.open.begin - RELEASED).toBeLessThanOrEqual(0.9);
  });

  test.each([0.2, 0.5, 1, 1.3])('holds the %d s that were asked, and no period more', async (duration) => {
    const { passes } = await watch([from(0), from(0)], { duration });
    const seconds = passes.close.begin - passes.open.begin;
    expect(seconds).toBeGreaterThanOrEqual(duration - 1e-9);
    expect(seconds).toBeLessThan(duration + 0.05);
  });

  test('is sampled each second, whole at its edges', async () => {
    const { passes, kinds } = await watch([from(0), from(0)], { duration: 2 });
    expect(passes.all).toHaveLength(3);
    expect(passes.all[0]).toBe(passes.open);
    expect(passes.all.at(-1)).toBe(passes.close);
    expect(kinds.filter((kind) => kind === 'edge')).toHaveLength(2);
    expect(kinds.at(-1)).toBe('edge');
    expect(passes.delays).toHaveLength(2);
    expect(Math.max(...passes.delays)).toBeLessThan(0.05);
    expect(passes.samplerSeconds).toBeCloseTo(0.25, 9);
  });

  test('is told when the warm-up begins and when it opens', async () => {
    const { phases } = await watch([from(-1), from(-1)]);
    expect(phases).toEqual(['omit after 1 passes', 'window after 1 passes']);
  });

  test('says how late a pass came', async () => {
    let passesMade = 0;
    // The first pass finds all flows active, the second opens, the third comes 0.3 s late.
    const { passes } = await watch([from(-1), from(-1)], {
      duration: 2,
      late: () => (++passesMade === 3 ? 0.3 : 0),
    });
    expect(passes.delays[0]).toBeGreaterThanOrEqual(0.3);
    expect(passes.delays[0]).toBeLessThan(0.35);
    expect(passes.delays[1]).toBeLessThan(0.05);
  });

  test('opens after two seconds although a flow is starved', async () => {
    const { passes } = await watch([from(0), () => 0]);
    expect(passes.lateness[1]).toBeUndefined();
    expect(passes.open.begin - RELEASED).toBeGreaterThanOrEqual(2.5);
    expect(passes.open.begin - RELEASED).toBeLessThan(2.7);
  });

  test('opens after two seconds although nothing is sent at all', async () => {
    const { passes } = await watch([() => 7, () => 7]);
    expect(passes.lateness).toEqual([undefined, undefined]);
    expect(passes.open.begin - RELEASED).toBeLessThan(2.7);
  });

  test('tells the throughput since the last pass', async () => {
    const { beats } = await watch([from(-1), from(-1)], { duration: 2 });
    // Two flows of 1 MB/s are 16 Mbit/s.
    expect(beats).toHaveLength(2);
    for (const [throughput] of beats) expect(throughput).toBeCloseTo(16e6, -2);
    expect(beats.at(-1)![1]).toBeGreaterThan(2.5);
  });
});
