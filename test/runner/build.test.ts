import { describe, expect, test } from 'vitest';
import type { BenchError } from '../../src/failures.js';
import type { Testbed } from '../../src/nodes/testbed.js';
import type { Step, TopologyPlan } from '../../src/plan/plan.js';
import { addNamespace } from '../../src/containers/netns.js';
import { ip, NODE } from '../../src/plan/steps.js';
import { build, netnsOf, tearDown } from '../../src/runner/build.js';

/** Five namespaces, each with a device. */
const names = ['s1', 'c1', 's2', 'c2', 's3'];
const plan: TopologyPlan = {
  nodes: [
    {
      steps: [
        ...names.map(addNamespace),
        ip(NODE, 'link add br0 type bridge', 'link del br0'),
        ...names.map((name) => ip({ kind: 'container', name }, 'link set eth0 up')),
      ],
    },
  ],
  containers: [],
  reach: [],
  counters: 'device',
  mtu: 1500,
};

/** A testbed that answers its scripts one after another. */
function answering(...outputs: string[]): { testbed: Testbed; scripts: string[] } {
  const scripts: string[] = [];
  const run = (script: string): unknown => {
    scripts.push(script);
    return Promise.resolve({ code: 0, output: outputs[scripts.length - 1] ?? '' });
  };
  return { testbed: { alive: true, run } as unknown as Testbed, scripts };
}

const links = (...devices: [name: string, mtu: number][]): string =>
  JSON.stringify(devices.map(([ifname, mtu], at) => ({ ifindex: at + 1, ifname, mtu })));

describe('building', () => {
  test('sends a script for each stage, its batches in at most four lanes', async () => {
    const { testbed, scripts } = answering();
    await build([testbed], plan);
    // The node's own commands are one batch; the five containers' are five batches in four lanes.
    expect(scripts).toHaveLength(2);
    expect(scripts[0]).toContain(
      'netns add s1\nnetns add c1\nnetns add s2\nnetns add c2\nnetns add s3\nlink add br0',
    );
    expect([...scripts[1]!.matchAll(/>lane(\d)/g)].map(([, lane]) => lane)).toEqual(['0', '1', '2', '3']);
    expect([...scripts[1]!.matchAll(/@batch (\d)/g)].map(([, at]) => at)).toEqual(['0', '4', '1', '2', '3']);
    expect(scripts[1]).toContain('nsenter --net=/run/netns/s3 ip');
    expect(scripts[1]!.match(/^link set eth0 up\nlink show$/gm)).toHaveLength(5);
  });

  test('tells the devices of each place as they stand at the end', async () => {
    const { testbed } = answering(
      `@batch 0\n${links(['lo', 65_536], ['br0', 1500])}\n`,
      `@batch 0\n${links(['eth0', 1500])}\n@batch 4\n${links(['eth0', 9000])}\n`,
    );
    const devices = (await build([testbed], plan)).flat();
    expect(devices.map(({ name, mtu }) => [name, mtu])).toEqual([
      ['lo', 65_536],
      ['br0', 1500],
      ['eth0', 1500],
      ['eth0', 9000],
    ]);
    expect(devices[2]!.place).toContain('/run/netns/s1');
    expect(devices[3]!.place).toContain('/run/netns/s3');
  });

  test('fails with the batch that was refused and its own words', async () => {
    const output = `@batch 0\n${links(['eth0', 1500])}\n@batch 4\nCannot find device "eth0"\nCommand failed -:1\n\n@failed 4 1\n@batch 1\n${links(['eth0', 1500])}\n`;
    const { testbed, scripts } = answering('', output);
    const error = await build([testbed], plan).catch((thrown: unknown) => thrown);
    const { reason, message, detail } = (error as BenchError).failure;
    expect(reason).toBe('setup');
    expect(message).toContain('/run/netns/s3');
    expect(detail).toBe('Cannot find device "eth0"\nCommand failed -:1');
    expect(scripts).toHaveLength(2);
  });
});

describe('taking down', () => {
  test('ends the programs first, removes everything in one script, and what they printed last', async () => {
    const { testbed, scripts } = answering();
    await tearDown([testbed], plan);
    expect(scripts).toHaveLength(1);
    expect(scripts[0]).toMatch(/^stop_programs\n[^]*-force[^]*\nrm -f \.\/\*\.out$/);
    expect(scripts[0]!.indexOf('link del br0')).toBeLessThan(scripts[0]!.indexOf('netns del s3'));
    expect(scripts[0]).not.toContain('link show');
  });

  test('removes what containers have in lanes of their own', async () => {
    const { testbed, scripts } = answering();
    const containers = Array.from({ length: 6 }, (_, at): Step => ({
      place: { kind: 'container', name: `s${at}` },
      argv: ['ip', 'link', 'show'],
      undo: ['ip', 'link', 'del', 'eth0'],
    }));
    await tearDown([testbed], { ...plan, nodes: [{ steps: containers }] });
    expect([...scripts[0]!.matchAll(/>lane(\d)/g)]).toHaveLength(6);
  });

  test('leaves a testbed alone that has ended', async () => {
    const { testbed, scripts } = answering();
    await tearDown([Object.assign(testbed, { alive: false })], plan);
    expect(scripts).toEqual([]);
  });
});

test.each([
  ['device', '/run/netns/s1'],
  ['shared-namespace', '/proc/1/ns/net'],
] as const)('programs of counters %s run in %s', (counters, path) => {
  const server = {
    name: 's1',
    role: 'server',
    node: 0,
    pair: 1,
    address: '10.0.0.1',
    prefix: 16,
    device: 'eth0',
  } as const;
  expect(netnsOf({ ...plan, counters }, server)).toBe(path);
});
