import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BenchError } from '../../src/failures.js';
import { NodeSampler } from '../../src/probes/sampler.js';
import { FakeChannel, type Play } from '../nodes/channel.js';

const clock = (seconds: number): string => `/proc/uptime:${seconds} 1.00\n`;
const COLUMNS = '/proc/1/net/snmp:Udp: InDatagrams NoPorts\n';
const COUNTERS = '/proc/7/net/snmp:Udp: 12 3\n';

/** Answers every request as sampler.sh would, in chunks of `size` letters. */
function answering(size = Infinity): Play {
  return (text, channel) => {
    const [request, kind] = text.trim().split(' ');
    const answers: Record<string, string> = {
      'files columns': 'priority own session, SCHED_FIFO\n',
      'pass columns': clock(1) + COLUMNS + clock(1),
      'pass beat': clock(2) + COUNTERS + clock(2.5),
      'pass clock': clock(3) + clock(3.25),
      // As dash prints it: the shell, then its children, user and system: 1 + 62.5 + 0.25 + 0.5.
      'times ': '0m1.000000s 1m2.500000s\n0m0.250000s 0m0.500000s\n',
    };
    const answer = `${answers[`${request} ${kind ?? ''}`] ?? ''}@end\n`;
    for (let at = 0; at < answer.length; at += size) channel.say(answer.slice(at, at + size));
  };
}

async function started(play: Play): Promise<{ sampler: NodeSampler; channel: FakeChannel }> {
  const channel = new FakeChannel(answering());
  const sampler = new NodeSampler(channel);
  await sampler.begin();
  channel.play = play;
  return { sampler, channel };
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BenchError);
  return (error as BenchError).failure.reason;
}

describe.each([1, 3, 7, Infinity])('answers that come in pieces of %d letters', (size) => {
  test('are put together', async () => {
    const channel = new FakeChannel(answering(size));
    const sampler = new NodeSampler(channel);
    await sampler.begin();
    expect(sampler.priority).toBe('own session, SCHED_FIFO');
    const pass = await sampler.pass('beat');
    expect([pass.begin, pass.end, pass.namespaces.get(7)]).toEqual([
      2,
      2.5,
      { 'Udp.InDatagrams': 12, 'Udp.NoPorts': 3 },
    ]);
    expect(await sampler.cpuSeconds()).toBe(64.25);
  });
});

test('requests are one line each', async () => {
  const { sampler, channel } = await started(answering());
  channel.written.length = 0;
  await sampler.define('beat', '^Udp:.[0-9]', ['/proc/7/net/snmp', '/proc/9/net/snmp']);
  await sampler.pass('beat');
  await sampler.cpuSeconds();
  sampler.end();
  expect(channel.written).toEqual([
    'files beat ^Udp:.[0-9] /proc/7/net/snmp /proc/9/net/snmp\n',
    'pass beat\n',
    'times\n',
  ]);
  expect(channel.ended).toBe(true);
});

test('a pass without stamps is a sampling failure, and the next one counts again', async () => {
  const { sampler, channel } = await started((_, self) => self.say(`${COUNTERS}@end\n`));
  expect(await reasonOf(sampler.pass('beat'))).toBe('sampling');
  channel.play = answering();
  expect((await sampler.pass('beat')).begin).toBe(2);
});

describe('a sampler that is gone', () => {
  test('loses the testbed in the middle of an answer', async () => {
    const { sampler } = await started((_, channel) => {
      channel.say(COUNTERS);
      channel.die(137);
    });
    expect(await reasonOf(sampler.pass('beat'))).toBe('testbed-lost');
  });

  test('loses the testbed before it is asked', async () => {
    const { sampler, channel } = await started(answering());
    channel.play = () => undefined;
    channel.die(137);
    await channel.closed;
    expect(await reasonOf(sampler.pass('beat'))).toBe('testbed-lost');
  });
});

describe('a sampler that is silent', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('is waited for 20 s, then the testbed is lost, and late answers are taken for nothing', async () => {
    const { sampler, channel } = await started((_, self) => self.say(clock(1), COUNTERS));
    let ended = false;
    const outcome = reasonOf(sampler.pass('beat')).finally(() => (ended = true));
    await vi.advanceTimersByTimeAsync(19_900);
    expect(ended).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(await outcome).toBe('testbed-lost');
    const next = reasonOf(sampler.pass('beat'));
    channel.say(`${clock(1)}@end\n`);
    expect(await next).toBe('testbed-lost');
  });
});
