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
function collected(
  client: string,
  server: string,
  ending: Ending = 0,
  protocol: Protocol = 'tcp',
): Promise<Collected> {
  const world = new World();
  Object.assign(world.outputs, { c1: client, s1: server });
  const ends = [{ name: 'c1', serverName: 's1', client: 21 }];
  return collect(world.testbed, protocol, ends, new Map([[21, ending]]));
}

test('both reports of a pair are read, and kept as they were printed', async () => {
  const { texts, ends } = await collected(printed('tcp-client'), printed('tcp-server'));
  expect(texts).toEqual({ c1: printed('tcp-client'), s1: printed('tcp-server') });
  expect(ends.map(({ client, server }) => [client.status, server.status])).toEqual([['ok', 'ok']]);
});

test('a server that reports a moment after its client has ended is waited for', async () => {
  const world = new World();
  Object.assign(world.outputs, { c1: printed('tcp-client'), s1: '' });
  setTimeout(() => (world.outputs['s1'] = printed('tcp-server')), 60);
  const { ends } = await collect(
    world.testbed,
    'tcp',
    [{ name: 'c1', serverName: 's1', client: 21 }],
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

describe("a pair's figures", () => {
  test('are both ends’ own bytes over their own spans, less the time that the client was held', async () => {
    const { ends } = await collected(printed('tcp-client'), printed('tcp-server'));
    const { client, server } = ends[0]!;
    if (client.status !== 'ok' || server.status !== 'ok') throw new Error('the fixtures are good reports');
    const { sent, retransmits } = client.result;
    const { received } = server.result;
    expect(wordsOf(ends[0]!, 0)).toEqual({
      sentBytes: sent!.bytes,
      sentMean: (sent!.bytes * 8) / sent!.seconds,
      receivedBytes: received.bytes,
      receivedMean: (received.bytes * 8) / received.seconds,
      retransmits,
    });
    expect(wordsOf(ends[0]!, 0.5).receivedMean).toBeCloseTo(
      (received.bytes * 8) / (received.seconds - 0.5),
      3,
    );
  });

  test('are the client’s where the server does not tell what it received', async () => {
    const { ends } = await collected(printed('tcp-client'), printed('tcp-server').slice(0, 900));
    const { client } = ends[0]!;
    if (client.status !== 'ok') throw new Error('the fixture is a good report');
    expect(wordsOf(ends[0]!, 0).receivedBytes).toBe(client.result.received.bytes);
  });

  test('are none where neither end tells any', async () => {
    const { ends } = await collected('', '');
    expect(wordsOf(ends[0]!, 0)).toEqual({});
  });
});
