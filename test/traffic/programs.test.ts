import { describe, expect, test } from 'vitest';
import type { Testbed } from '../../src/nodes/testbed.js';
import {
  findEndedPrograms,
  findInState,
  readOutputs,
  reapPrograms,
  startPrograms,
} from '../../src/traffic/programs.js';
import { World } from './world.js';

/** A testbed that answers every script with `output`, and the scripts it was sent. */
function answering(output: string): { testbed: Testbed; scripts: [script: string, timeout?: number][] } {
  const scripts: [string, number?][] = [];
  const run = (...sent: [string, number?]): unknown => {
    scripts.push(sent);
    return Promise.resolve({ code: 0, output });
  };
  return { testbed: { run } as unknown as Testbed, scripts };
}

test('programs are started in one script, and their pids go by their names', async () => {
  const { testbed, scripts } = answering('s2 12\ns1 11\nsh: some warning 13\n');
  const pids = await startPrograms(
    [testbed],
    [
      { name: 's1', node: 0, netns: '/run/netns/s1', argv: ['iperf3', '-s'] },
      { name: 's2', node: 0, netns: '/run/netns/s2', argv: ['iperf3', '-s', '-p', '5202'] },
    ],
  );
  expect(scripts).toEqual([['start s1 /run/netns/s1 iperf3 -s\nstart s2 /run/netns/s2 iperf3 -s -p 5202']]);
  expect(pids).toEqual(
    new Map([
      ['s1', 11],
      ['s2', 12],
    ]),
  );
});

test('a program whose words a shell would read is not started', async () => {
  const { testbed, scripts } = answering('');
  const program = { name: 's1', node: 0, netns: '/run/netns/s1', argv: ['iperf3', '$(id)'] };
  await expect(startPrograms([testbed], [program])).rejects.toThrow('$(id)');
  expect(scripts).toEqual([]);
});

test('programs are reaped with their exit codes, and the testbed has more patience than the programs get', async () => {
  const { testbed, scripts } = answering('11 0\n12 1\nKilled\n13 139\n');
  expect(await reapPrograms([testbed], [11, 12, 13], 2.25)).toEqual(
    new Map([
      [11, 0],
      [12, 1],
      [13, 139],
    ]),
  );
  const [script, timeout] = scripts[0]!;
  expect(script).toContain('sleep 2.3 && ');
  expect(script).toContain('kill -KILL 11 12 13');
  expect(timeout).toBe(32.25);
});

describe('of programs whose threads are in all kinds of states', () => {
  const states = new Map([
    [11, 'S'],
    [12, 'SR'],
    [13, 'Z'],
    [14, 'DS'],
    [16, 'TT'],
  ]);
  const world = new World();
  world.states = () => states;
  const all = [11, 12, 13, 14, 15, 16];

  test('those that have ended are told, whether or not their shell has noticed', async () => {
    expect(await findEndedPrograms(world.sampler, all)).toEqual([13, 15]);
  });

  test.each([
    ['working', [12, 14]],
    ['stopped', [16]],
  ] as const)('those that have one %s are told', async (state, found) => {
    expect(await findInState(world.sampler, state, all)).toEqual(found);
  });
});

test('outputs go by name, whole, and one that is empty or was not made is absent', async () => {
  const world = new World();
  world.outputs['c1'] = '{\n\t"error": "x.out: y"\n\n}';
  world.outputs['c2'] = 'iperf3: c1.out:no';
  const outputs = await readOutputs(
    world.testbeds,
    ['c1', 'c2', 'c3'].map((name) => ({ name, node: 0 })),
  );
  expect(outputs).toEqual(
    new Map([
      ['c1', '{\n\t"error": "x.out: y"\n\n}'],
      ['c2', 'iperf3: c1.out:no'],
    ]),
  );
});

test('no output is read without a name', async () => {
  const world = new World();
  expect(await readOutputs(world.testbeds, [])).toEqual(new Map());
  expect(world.scripts).toEqual([]);
});

test.each([
  ['that somebody else killed', '11 137\n', 137],
  ['that outlasted its patience', 'hung\n11 137\n', 'hung'],
])('a program %s is told apart', async (_, output, ending) => {
  expect((await reapPrograms([answering(output).testbed], [11], 1)).get(11)).toBe(ending);
});
