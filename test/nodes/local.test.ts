import { describe, expect, test } from 'vitest';
import { createLocalNode } from '../../src/nodes/local.js';
import type { Channel } from '../../src/nodes/node.js';

const node = createLocalNode();

const shell = (script: string, options = {}): ReturnType<typeof node.exec> =>
  node.exec(['sh', '-c', script], options);

describe('a command', () => {
  test.each([
    ['that succeeds', 'echo out; echo err >&2', { code: 0, stdout: 'out\n', stderr: 'err\n' }],
    ['that fails', 'echo bad >&2; exit 3', { code: 3, stdout: '', stderr: 'bad\n' }],
    // SIGTERM is signal 15, SIGKILL 9.
    ['that is terminated', 'kill -TERM $$', { code: 143, stdout: '', stderr: '' }],
    ['that is killed', 'kill -KILL $$', { code: 137, stdout: '', stderr: '' }],
  ])('%s gives its code and both streams as they came', async (_, script, result) => {
    expect(await shell(script)).toEqual(result);
  });

  test('that does not exist has code 127 and says so', async () => {
    const { code, stderr } = await node.exec(['no-such-program-here']);
    expect(code).toBe(127);
    expect(stderr).toContain('no-such-program-here');
  });

  test('gets its words unparsed', async () => {
    const { stdout } = await node.exec(['printf', '%s|', '$HOME', 'a b', '; echo x']);
    expect(stdout).toBe('$HOME|a b|; echo x|');
  });

  test('reads the input it is given, and nothing otherwise', async () => {
    expect((await node.exec(['cat'], { input: 'two\nlines\n' })).stdout).toBe('two\nlines\n');
    expect((await node.exec(['cat'])).stdout).toBe('');
  });

  test('that takes too long is killed, and what it said is kept', async () => {
    const { code, stdout } = await node.exec(['sh', '-c', 'echo begun; exec sleep 20'], { timeout: 0.3 });
    expect({ code, stdout }).toEqual({ code: 137, stdout: 'begun\n' });
  });

  test('speaks English and finds the tools of the administrator', async () => {
    const { stdout } = await shell('echo "$LC_ALL"; echo "$PATH"');
    const [locale, path = ''] = stdout.split('\n');
    expect(locale).toBe('C');
    expect(path.split(':')).toEqual(expect.arrayContaining(['/usr/sbin', '/sbin']));
  });
});

/** Resolves to all that a program prints until it has printed `lines` lines. */
function printed(channel: Channel, lines: number): Promise<string> {
  let text = '';
  return new Promise((resolve) => {
    channel.onStdout((chunk) => {
      text += chunk;
      if (text.split('\n').length > lines) resolve(text);
    });
  });
}

describe('a long-lived program', () => {
  test('answers what is written to it, and ends with its input', async () => {
    const channel = node.spawn(['sh', '-c', 'while read -r line; do echo "got $line"; done; exit 4']);
    const answers = printed(channel, 2);
    channel.write('a\nb\n');
    expect(await answers).toBe('got a\ngot b\n');
    channel.end();
    expect(await channel.closed).toBe(4);
  });

  test('has a session of its own', async () => {
    const channel = node.spawn(['sh', '-c', 'echo $$; ps -o sid= -p $$']);
    const [pid = '', session = ''] = (await printed(channel, 2)).split('\n');
    expect(Number(session)).toBe(Number(pid));
    await channel.closed;
  });

  test('tells its standard error apart', async () => {
    const channel = node.spawn(['sh', '-c', 'echo wrong >&2']);
    const complaint = new Promise<string>((resolve) => {
      channel.onStderr(resolve);
    });
    expect(await complaint).toBe('wrong\n');
    await channel.closed;
  });

  test('is killed at once, though it ignores signals', async () => {
    const channel = node.spawn(['sh', '-c', "trap '' TERM INT HUP; echo ready; read -r _"]);
    await printed(channel, 1);
    channel.kill();
    expect(await channel.closed).toBe(137);
  });

  test('that does not exist closes with code 127', async () => {
    expect(await node.spawn(['no-such-program-here']).closed).toBe(127);
  });

  test('may be written to after it has ended', async () => {
    const channel = node.spawn(['true']);
    expect(await channel.closed).toBe(0);
    channel.write('too late\n');
    channel.end();
    channel.kill();
  });
});
