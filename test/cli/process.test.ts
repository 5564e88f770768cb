import { execa, execaNode } from 'execa';
import { expect, test } from 'vitest';
import { CLI, emptyFolder } from './bench.js';

test('output that nobody reads to its end is no failure', async () => {
  const line = '"$0" "$1" plan local-tcp --all --pairs 64 --json | head -c 1; exit ${PIPESTATUS[0]}';
  const { exitCode, stdout, stderr } = await execa('bash', ['-c', line, process.execPath, CLI], {
    reject: false,
  });
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '{', stderr: '' });
});

test('a fault of our own is called an internal error, with its stack and a request to report it', async () => {
  const broken = 'data:text/javascript,process.stdout.write = () => { throw new TypeError("broken"); }';
  const { exitCode, stderr } = await execaNode(CLI, ['plan', 'local-tcp'], {
    nodeOptions: ['--import', broken],
    reject: false,
  });
  expect(stderr).toMatch(/^bench: Internal error: .*Please report it/);
  expect(stderr).toMatch(/TypeError: broken\n +at /);
  expect(exitCode).toBe(70);
});

test('bench --help takes at most three times the processor time of node -e 0', async () => {
  let [bare, help] = [Infinity, Infinity];
  // the least of each, in as many rounds as that takes: what other programs take from the caches can only add
  for (let round = 0; round < 7 || (round < 40 && help / bare >= 3); round += 1) {
    bare = Math.min(bare, await processorTime(['-e', '0']));
    help = Math.min(help, await processorTime([CLI, '--help']));
  }
  expect(help / bare).toBeLessThan(3);
});

/** User and system seconds of one start of node. */
async function processorTime(args: string[]): Promise<number> {
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null';
  const { stderr } = await execa('bash', ['-c', script, 'bash', process.execPath, ...args], {
    cwd: await emptyFolder(),
  });
  return stderr.split(' ').reduce((sum, seconds) => sum + Number(seconds), 0);
}
