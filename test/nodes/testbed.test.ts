import { describe, expect, test } from 'vitest';
import { BenchError, type FailureReason } from '../../src/failures.js';
import type { Node } from '../../src/nodes/node.js';
import { Testbed } from '../../src/nodes/testbed.js';
import { FakeChannel, type Play } from './channel.js';

const markOf = (text: string): string => /@[0-9a-f]{24}/.exec(text)![0];

/** Says what a shell would print for a script that prints `output` and ends with `code`. */
const reply = (channel: FakeChannel, text: string, output: string, code = 0): void => {
  channel.say(`${output}\n${markOf(text)} ${code}\n`);
};

/** A node whose testbed shell answers its first script with `prelude`, and later ones as `play` says. */
function nodeWith({
  play = (text, channel) => reply(channel, text, ''),
  prelude = (text, channel) => reply(channel, text, 'outer 4711\n'),
  uid = '0',
}: { play?: Play; prelude?: Play; uid?: string } = {}): {
  node: Node;
  shell: FakeChannel;
  spawned: string[];
} {
  const spawned: string[] = [];
  const shell = new FakeChannel((text, channel) =>
    (channel.written.length === 1 ? prelude : play)(text, channel),
  );
  const node: Node = {
    name: 'fake',
    remote: false,
    exec: () => Promise.resolve({ code: 0, stdout: `${uid}\n`, stderr: '' }),
    close: () => Promise.resolve(),
    spawn: (argv) => {
      spawned.push(argv.join(' '));
      return spawned.length === 1 ? shell : new FakeChannel();
    },
  };
  return { node, shell, spawned };
}

/** Resolves to the expected failure with which some work ends. */
async function failureOf(work: Promise<unknown>): Promise<BenchError['failure']> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BenchError);
  return (error as BenchError).failure;
}

describe('opening a testbed', () => {
  test.each([
    [
      'root',
      '0',
      'unshare --net --mount --pid --fork --kill-child sh',
      'nsenter --target 4711 --net --mount --pid -- cat',
    ],
    [
      'an ordinary user',
      '1000',
      'unshare --user --map-root-user --net --mount --pid --fork --kill-child sh',
      'nsenter --target 4711 --user --preserve-credentials --net --mount --pid -- cat',
    ],
  ])('as %s makes namespaces and enters them', async (_, uid, unshare, nsenter) => {
    const { node, spawned } = nodeWith({ uid });
    const testbed = await Testbed.open(node);
    expect(testbed.outerPid).toBe(4711);
    expect(testbed.alive).toBe(true);
    testbed.spawn(['cat']);
    expect(spawned).toEqual([`setpriv --pdeathsig KILL ${unshare}`, nsenter]);
  });

  test.each<[string, Play]>([
    [
      'ends at once',
      (_, channel) => {
        channel.complain('unshare failed: Operation not permitted\n');
        channel.die(1);
      },
    ],
    [
      'cannot prepare itself',
      (text, channel) => {
        channel.complain('mount: Operation not permitted\n');
        reply(channel, text, '', 1);
      },
    ],
    [
      'does not tell its pid',
      (text, channel) => {
        channel.complain('Operation not permitted\n');
        reply(channel, text, '');
      },
    ],
  ])('fails for want of privilege, with the words, if its shell %s', async (_, prelude) => {
    const failure = await failureOf(Testbed.open(nodeWith({ prelude }).node));
    expect(failure.reason).toBe('privilege');
    expect(failure.detail).toContain('Operation not permitted');
  });
});

describe('a script', () => {
  const other = '@0123456789abcdef01234567 0\n';

  test.each<[string, (mark: string) => string, (mark: string) => string[]]>([
    ['in one piece', () => 'a\nb\n', (mark) => [`a\nb\n\n${mark} 0\n`]],
    ['letter by letter', () => 'a\nb\n', (mark) => `a\nb\n\n${mark} 0\n`.split('')],
    ['cut inside the mark', () => 'a\n', (mark) => [`a\n\n${mark.slice(0, 9)}`, `${mark.slice(9)} 0\n`]],
    ['cut inside the code', () => 'a\n', (mark) => [`a\n\n${mark} 0`, '\n']],
    ['without a last new line', () => 'a', (mark) => [`a\n${mark} 0\n`]],
    ['of nothing', () => '', (mark) => [`\n${mark} 0\n`]],
    ['that resembles another mark', () => other, (mark) => [other, `\n${mark} 0\n`]],
    [
      'that names the mark inside a line',
      (mark) => `echo ${mark} 3\n`,
      (mark) => [`echo ${mark} 3\n\n${mark} 0\n`],
    ],
  ])('gives its output as it came: %s', async (_, output, chunks) => {
    let mark = '';
    const { node } = nodeWith({
      play: (text, channel) => {
        mark = markOf(text);
        channel.say(...chunks(mark));
      },
    });
    const testbed = await Testbed.open(node);
    expect(await testbed.run('true')).toEqual({ code: 0, output: output(mark) });
  });

  test('gives the code it ended with', async () => {
    const { node } = nodeWith({ play: (text, channel) => reply(channel, text, 'no\n', 42) });
    const testbed = await Testbed.open(node);
    expect(await testbed.run('exit 42')).toEqual({ code: 42, output: 'no\n' });
  });

  test('reads nothing and says its errors among its output', async () => {
    const { node, shell } = nodeWith();
    const testbed = await Testbed.open(node);
    await testbed.run('one\ntwo');
    expect(shell.written[1]).toMatch(/^\{\none\ntwo\n\} <\/dev\/null 2>&1\nprintf /);
  });

  test('is sent only when the one before it has ended', async () => {
    const { node, shell } = nodeWith({ play: () => undefined });
    const testbed = await Testbed.open(node);
    const first = testbed.run('first');
    const second = testbed.run('second');
    await new Promise(setImmediate);
    expect(shell.written).toHaveLength(2);
    reply(shell, shell.written[1]!, '1');
    expect((await first).output).toBe('1');
    await new Promise(setImmediate);
    reply(shell, shell.written[2]!, '2');
    expect((await second).output).toBe('2');
  });

  test.each<[string, FailureReason, Play]>([
    [
      'the shell dies in the middle',
      'testbed-lost',
      (_, channel) => {
        channel.say('half');
        channel.die(137);
      },
    ],
    ['the shell says nothing in time', 'timeout', (_, channel) => channel.say('half')],
  ])('fails when %s, and keeps what was said', async (_, reason, play) => {
    const testbed = await Testbed.open(nodeWith({ play }).node);
    const failure = await failureOf(testbed.run('sleep 99', 0.05));
    expect(failure).toMatchObject({ reason, detail: 'half' });
  });

  test('can not be run once the testbed has ended, whatever ended it', async () => {
    const { node, shell } = nodeWith({ play: () => undefined });
    const testbed = await Testbed.open(node);
    await failureOf(testbed.run('sleep 99', 0.01));
    expect(testbed.alive).toBe(false);
    const sent = shell.written.length;
    expect((await failureOf(testbed.run('true'))).reason).toBe('testbed-lost');
    expect(shell.written).toHaveLength(sent);
  });
});

test('closing a testbed ends its shell and waits for its end', async () => {
  const { node, shell } = nodeWith();
  const testbed = await Testbed.open(node);
  await testbed.close();
  expect(shell.ended).toBe(true);
  expect(testbed.alive).toBe(false);
});
