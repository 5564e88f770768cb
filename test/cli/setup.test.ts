import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { CHECKOUT, emptyFolder } from './bench.js';

/** Runs setup.sh where the programs of a bare shell are, and apt-get is not. */
async function setUp(args: string[]) {
  const bin = await emptyFolder();
  for (const name of ['sh', 'id', 'dirname', 'sort', 'tr'])
    await symlink(`/usr/bin/${name}`, join(bin, name));
  return execa('/bin/sh', ['setup.sh', ...args], {
    cwd: CHECKOUT,
    env: { PATH: bin },
    extendEnv: false,
    reject: false,
  });
}

test.each(['start', 'test'])(
  'setup.sh %s names the packages it can’t install, and ends with 3',
  async (verb) => {
    const { exitCode, stderr } = await setUp([verb]);
    expect(stderr).toMatch(
      /^ {2}apt-get update && apt-get install -y --no-install-recommends .*\biperf3\b.*\biputils-ping\b/m,
    );
    expect(exitCode).toBe(3);
  },
);

test('setup.sh without a verb that it knows says how it is used, and ends with 2', async () => {
  const { exitCode, stderr } = await setUp(['strat']);
  expect(stderr).toContain('usage: sh setup.sh start | test');
  expect(exitCode).toBe(2);
});
