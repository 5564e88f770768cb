import { describe, expect, test } from 'vitest';
import { BenchError } from '../../src/failures.js';
import type { FlowProcesses, Meter } from '../../src/probes/meter.js';
import type { Protocol } from '../../src/scenario/scenario.js';
import { connectAndHold, findEnded, release, type ClientProgram, type Held } from '../../src/traffic/hold.js';
import { World, type Started } from './world.js';

const clients = (count: number): ClientProgram[] =>
  Array.from({ length: count }, (_, at) => ({
    pair: at + 1,
    name: `c${at + 1}`,
    node: 0,
    netns: `/run/netns/c${at + 1}`,
    argv: (seconds) => ['iperf3', '-t', String(seconds)],
    server: 11 + at,
    serverProgram: {
      name: `s${at + 1}`,
      node: 0,
      netns: `/run/netns/s${at + 1}`,
      argv: ['iperf3', '-s'],
      port: 5201,
    },
    device: 'eth0',
  }));

/** Connects so many clients; `sends` says which of the programs that were started get through. */
function hold(
  world: World,
  count: number,
  sends: (program: Started) => boolean,
  protocol: Protocol = 'udp',
): Promise<Held> {
  const before = ({ pair }: FlowProcesses): number => 1000 * pair;
  const begun = ({ client }: FlowProcesses): boolean =>
    world.started.some((program) => program.pid === client && sends(program));
  const meter = {
    beat: (flows: FlowProcesses[]) => ({
      pattern: 'eth0',
      files: flows.map(({ server }) => ({ process: server, file: 'net/dev' })),
    }),
    beforePayload: 64,
    flowBytes: (_pass: unknown, flows: FlowProcesses[]) =>
      flows.map((flow) => before(flow) + (flow.client === 0 ? 0 : begun(flow) ? 65 : 64)),
  } as unknown as Meter;
  const request = { protocol, clients: clients(count), meter, seconds: 600 };
  return connectAndHold(world.testbeds, world.sampler, request);
}

/** A world whose clock runs fast, so that lost hellos are noticed soon. */
function fastWorld(): World {
  const world = new World();
  world.step = 0.5;
  return world;
}

const clientsOf = ({ started }: World): Started[] => started.filter(({ name }) => name.startsWith('c'));

/** Never sends in the first tries. */
const afterTries =
  (lost: number) =>
  ({ tries }: Started): boolean =>
    tries >= lost;

async function failureOf(work: Promise<unknown>): Promise<BenchError['failure']> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BenchError);
  return (error as BenchError).failure;
}

describe('clients', () => {
  test('that connect at once are each stopped once and come back in the order of their pairs', async () => {
    const world = new World();
    // The last ones get through first.
    let passes = 0;
    world.read = () => (passes++, {});
    const held = await hold(world, 3, ({ name }) => passes > 4 - Number(name.slice(1)));
    expect(held.reconnects).toBe(0);
    expect(held.clients.map(({ pair }) => pair)).toEqual([1, 2, 3]);
    expect(world.signals).toEqual(['STOP 103', 'STOP 102', 'STOP 101']);
    expect(held.clients[2]).toEqual({
      pair: 3,
      name: 'c3',
      node: 0,
      serverName: 's3',
      server: 13,
      client: 103,
      device: 'eth0',
      startedAt: expect.closeTo(100.05, 6) as number,
      // Two passes of 50 ms.
      heldAt: expect.closeTo(100.1, 6) as number,
      countedBefore: 3000,
    });
    expect(held.clients[0]!.heldAt).toBeCloseTo(100.2, 6);
  });

  test('are started eight at a time, and others only as those are held', async () => {
    const world = new World();
    let inFlight = 0;
    let most = 0;
    world.read = () => {
      inFlight = world.started.length - world.signals.length;
      most = Math.max(most, inFlight);
      return {};
    };
    const held = await hold(world, 20, ({ pid }) => world.clock > 100.15 + 0.1 * (pid % 3));
    expect(most).toBe(8);
    expect(held.clients).toHaveLength(20);
    const read = world.defined.map(({ files }) => files.map(({ process }) => process));
    expect(read[0]).toEqual([11, 12, 13, 14, 15, 16, 17, 18]);
    expect(Math.max(...read.map((servers) => servers.length))).toBe(8);
    expect(new Set(read.flat()).size).toBe(20);
  });

  test('are started fewer at a time where hellos are lost, and more again as they get through', async () => {
    const world = fastWorld();
    const batches: number[] = [];
    world.read = () => (batches.push(clientsOf(world).length), {});
    const held = await hold(world, 20, ({ pid }) => pid > 108);
    expect(held.reconnects).toBe(8);
    const started = batches.map((count, at) => count - (batches[at - 1] ?? 0)).filter((count) => count > 0);
    // The twelve that were left, and then the eight again.
    expect(started).toEqual([8, 4, 5, 3, 6, 2]);
  });

  test('whose hello was lost are ended and started anew, and so are their servers, and the others wait', async () => {
    const world = fastWorld();
    const held = await hold(world, 2, (program) => program.name === 'c1' || program.tries === 2);
    expect(held.reconnects).toBe(2);
    expect(world.started.map(({ name }) => name)).toEqual(['c1', 'c2', 's2', 'c2', 's2', 'c2']);
    expect(world.signals).toEqual([
      'STOP 101',
      ...['STOP 102', 'KILL 102', 'KILL 12'],
      ...['STOP 104', 'KILL 104', 'KILL 103'],
      'STOP 106',
    ]);
    expect(held.clients.map(({ client, server }) => [client, server])).toEqual([
      [101, 11],
      [106, 105],
    ]);
    // A server is started once the one before it is gone.
    const restarts = world.scripts.filter((script) => /wait|start s/.test(script));
    expect(restarts.map((script) => /for pid in (\d+)|start (s2)/.exec(script)?.slice(1))).toEqual([
      ['12', undefined],
      [undefined, 's2'],
      ['103', undefined],
      [undefined, 's2'],
    ]);
  });

  test('that get through just as they are given up are held, and not started anew', async () => {
    const world = fastWorld();
    const held = await hold(world, 1, () => world.signals.includes('STOP 101'));
    expect(held.reconnects).toBe(0);
    expect(world.signals).toEqual(['STOP 101']);
    expect(held.clients).toMatchObject([{ client: 101, countedBefore: 1000 }]);
  });

  test.each<[Protocol, number]>([
    ['udp', 1],
    ['tcp', 15],
  ])(
    'of %s are given %d s before their hello counts as lost, and twice as long at each further try',
    async (protocol, patience) => {
      const world = new World();
      world.step = patience / 10;
      const tries: number[] = [];
      world.read = () => (
        (tries[clientsOf(world).length] = Math.round((world.clock - 100) / world.step)),
        {}
      );
      await hold(world, 1, afterTries(2), protocol);
      // In tenths of the patience, one pass before each start: overdue just above 10 later, then 20, then held at once;
      // two more passes see that nothing comes any more.
      expect(tries.slice(1)).toEqual([1 + 11 + 2 + 1, 15 + 21 + 2 + 1, 39 + 1]);
    },
  );

  test('that only warn are tried again', async () => {
    const world = fastWorld();
    world.outputs['c1'] = 'warning: this system does not seem to support IPv6\n';
    expect((await hold(world, 1, afterTries(1))).reconnects).toBe(1);
  });

  test('that get through at the sixth try count', async () => {
    expect((await hold(fastWorld(), 1, afterTries(5))).reconnects).toBe(5);
  });

  test('that do not get through in six tries end the run', async () => {
    const world = fastWorld();
    world.outputs['c1'] = 'warning: slow';
    expect(await failureOf(hold(world, 1, () => false))).toEqual({
      reason: 'connect',
      message: 'client c1 did not connect in 6 tries',
      detail: 'warning: slow',
    });
    expect(clientsOf(world)).toHaveLength(6);
  });

  test('that are not all connected while servers wait for those that are held end the run', async () => {
    const world = new World();
    world.step = 5;
    const failure = await failureOf(hold(world, 2, ({ name }) => name === 'c1', 'tcp'));
    expect(failure).toEqual({
      reason: 'connect',
      message: 'clients can be held for 110 s, and c2 has not connected yet',
    });
  });

  test('that have given up end the run at once, with their own words', async () => {
    const world = fastWorld();
    world.outputs['c2'] = 'warning: slow\n{\n\t"error": "unable to connect to server"\n}';
    const failure = await failureOf(hold(world, 2, ({ name }) => name === 'c1'));
    expect(failure.reason).toBe('connect');
    expect(failure.message).toBe('client c2 did not connect in 1 tries');
    expect(failure.detail).toContain('unable to connect to server');
    expect(world.started).toHaveLength(2);
  });
});

test('a client that has printed more than a warning has ended, and its words are told', async () => {
  const world = new World();
  world.outputs['c1'] = 'warning: slow';
  const clients = ['c1', 'c2', 'c3'].map((name) => ({ name, node: 0 }));
  expect(await findEnded(world.testbeds, clients)).toBeUndefined();
  world.outputs['c3'] = '{\n}';
  expect(await findEnded(world.testbeds, clients)).toEqual({ client: clients[2], words: '{\n}' });
});

test('all clients go on at once, and each node tells when', async () => {
  const world = new World();
  const held = (await hold(world, 3, () => true)).clients;
  const asked: unknown[] = [];
  const moments = new Map([
    [0, 5740.89],
    [1, 5740.88],
  ]);
  const signal = (...words: unknown[]): Promise<Map<number, number>> => {
    asked.push(words);
    return Promise.resolve(moments);
  };
  expect(await release({ signal } as unknown as World['sampler'], held)).toBe(moments);
  expect(asked).toEqual([['CONT', [101, 102, 103]]]);
});
