import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { collect, firstFailure, wordsOf, type Collected } from '../../src/runner/collect.js';
import type { Protocol } from '../../src/scenario/scenario.js';
import type { Ending } from '../../src/traffic/programs.js';
import { World } from '../traffic/world.js';

/** What iperf3 3.12 printed. */
const printed = (name: string): string =>
  readFileSync(new URL(`../traffic/json/3.12-${name}.txt`, import.meta.url), 'utf8').trimEnd();

/** Collects one pair whose programs printed so much. */
function collected(client: string, server: string, ending: Ending = 0, told = false): Promise<Collected> {
  const world = new World();
  Object.assign(world.outputs, { c1: client, s1: server });
  const ends = [{ name: 'c1', node: 0, serverName: 's1', client: 21, server: 11 }];
  return collect(world.testbeds, { protocol: 'tcp', told }, ends, new Map([[21, ending]]));
}

test('both reports of a pair are read, and kept as they were printed', async () => {
  const { texts, ends } = await collected(printed('tcp-client'), printed('tcp-server'));
  expect(texts).toEqual({ c1: printed('tcp-client'), s1: printed('tcp-server') });
  expect(ends.map(({ client, server }) => [client.status, server.status])).toEqual([['ok', 'ok']]);
});

test('a server whose client was told to end is waited for until it says so, whatever it has printed before', async () => {
  const world = new World();
  const aborted = '{\n\t"error":\t"control socket has closed unexpectedly"\n}';
  Object.assign(world.outputs, { c1: printed('tcp-client'), s1: aborted });
  const last = '{\n\t"error":\t"the client has terminated"\n}';
  setTimeout(() => (world.outputs['s1'] = `${aborted}\n${last}`), 60);
  const ends = [{ name: 'c1', node: 0, serverName: 's1', client: 21, server: 11 }];
  const { texts } = await collect(world.testbeds, { protocol: 'udp', told: true }, ends, new Map([[21, 1]]));
  expect(texts['s1']).toContain('the client has terminated');
});

test('a server that reports a moment after its client has ended is waited for', async () => {
  const world = new World();
  Object.assign(world.outputs, { c1: printed('tcp-client'), s1: '' });
  setTimeout(() => (world.outputs['s1'] = printed('tcp-server')), 60);
  const { ends } = await collect(
    world.testbeds,
    { protocol: 'tcp', told: false },
    [{ name: 'c1', node: 0, serverName: 's1', client: 21, server: 11 }],
    new Map([[21, 0]]),
  );
  expect(ends[0]!.server.status).toBe('ok');
});

describe('a client that', () => {
  test.each<[string, string, Ending, string]>([
    ['hung, though it had reported', printed('tcp-client'), 'hung', 'hung and was killed'],
    ['a signal ended, though it had reported', printed('tcp-client'), 139, 'was ended by signal 11'],
    ['ended badly, though it had reported', printed('tcp-client'), 1, 'ended with exit code 1'],
    ['said why it ended', printed('refused-client'), 1, 'unable to connect to server'],
    ['printed half a report', printed('tcp-client').slice(0, 900), 0, 'stopped in the middle of its report'],
    ['printed nothing', '', 0, 'printed no report'],
  ])('%s is a failure', async (_, client, ending, words) => {
    const result = await collected(client, printed('tcp-server'), ending);
    const failure = firstFailure(result, 'tcp');
    expect(failure?.message).toMatch(/^pair 1: iperf3 \(client\)/);
    expect(failure?.message).toContain(words);
  });
});

test('a server that failed is a failure, its client notwithstanding', async () => {
  const result = await collected(printed('tcp-client'), printed('tcp-server').slice(0, 900));
  expect(firstFailure(result, 'tcp')?.message).toMatch(/^pair 1: iperf3 \(server\)/);
});

describe('the first failure', () => {
  const ended: Collected['ends'][number]['client'] = {
    status: 'failed',
    failure: { reason: 'iperf3', message: 'control socket has closed unexpectedly' },
  };
  const broken: typeof ended = {
    status: 'failed',
    failure: { reason: 'iperf3', message: 'printed broken JSON' },
  };

  test('is none where all went well', async () => {
    expect(
      firstFailure(await collected(printed('tcp-client'), printed('tcp-server')), 'tcp'),
    ).toBeUndefined();
  });

  test.each<[string, Protocol, (typeof ended)[], string | undefined]>([
    ['of TCP a lost goodbye', 'tcp', [ended], 'pair 1: control socket'],
    ['of UDP no lost goodbye', 'udp', [ended], undefined],
    [
      'of UDP what is not about goodbyes, by its pair',
      'udp',
      [ended, broken, broken],
      'pair 2: printed broken JSON',
    ],
  ])('is %s', async (_, protocol, clients, words) => {
    const { ends } = await collected(printed('tcp-client'), printed('tcp-server'));
    const failure = firstFailure(
      { texts: {}, ends: clients.map((client) => ({ ...ends[0]!, client })) },
      protocol,
    );
    if (words === undefined) expect(failure).toBeUndefined();
    else expect(failure?.message).toContain(words);
  });
});

describe('a client that was told to end', () => {
  const ended = (told: boolean, ending: Ending): Promise<Collected> =>
    collected(printed('clientterm-client'), printed('clientterm-server'), ending, told);

  // From 3.19 on it is 0.
  test.each([1, 0])('and ends with %d is no failure, and its server none', async (code) => {
    expect(firstFailure(await ended(true, code), 'tcp')).toBeUndefined();
  });

  test.each<[Ending, string]>([
    ['hung', 'hung and was killed'],
    [139, 'was ended by signal 11'],
    [2, 'ended with exit code 2'],
  ])('and ends with %s is a failure', async (ending, words) => {
    expect(firstFailure(await ended(true, ending), 'tcp')?.message).toContain(words);
  });

  test('is a failure where none was told to', async () => {
    expect(firstFailure(await ended(false, 1), 'tcp')?.message).toContain('the client has terminated');
  });

  test('sent for as long as it says, and its server received in that time', async () => {
    const { ends } = await ended(true, 1);
    expect(wordsOf(ends[0]!, 0.297344)).toEqual({
      sentBytes: 3_820_093_440,
      sentMean: expect.closeTo(3_820_093_440 * 8, 0) as number,
      receivedBytes: 3_820_224_512,
      receivedMean: expect.closeTo(3_820_224_512 * 8, 0) as number,
      retransmits: 4,
    });
  });
});

describe("a pair's figures", () => {
  test('are both ends’ own bytes over the client’s span, less the time that it was held', async () => {
    const { ends } = await collected(printed('tcp-client'), printed('tcp-server'));
    const { client, server } = ends[0]!;
    if (client.status !== 'ok' || server.status !== 'ok') throw new Error('the fixtures are good reports');
    const { sent, retransmits } = client.result;
    const received = server.result.received!;
    expect(wordsOf(ends[0]!, 0)).toEqual({
      sentBytes: sent!.bytes,
      sentMean: (sent!.bytes * 8) / sent!.seconds,
      receivedBytes: received.bytes,
      receivedMean: (received.bytes * 8) / sent!.seconds,
      retransmits,
    });
    expect(wordsOf(ends[0]!, 0.5).receivedMean).toBeCloseTo((received.bytes * 8) / (sent!.seconds - 0.5), 3);
  });

  test('are the client’s where the server does not tell what it received', async () => {
    const { ends } = await collected(printed('tcp-client'), printed('tcp-server').slice(0, 900));
    const { client } = ends[0]!;
    if (client.status !== 'ok') throw new Error('the fixture is a good report');
    expect(wordsOf(ends[0]!, 0).receivedBytes).toBe(client.result.received!.bytes);
  });

  test('are none where neither end tells any', async () => {
    const { ends } = await collected('', '');
    expect(wordsOf(ends[0]!, 0)).toEqual({});
  });
});
