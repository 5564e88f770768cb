import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { CHECKOUT, emptyFolder } from './bench.js';

test('the packed package installs in another folder and runs there', { timeout: 180_000 }, async () => {
  const folder = await emptyFolder();
  await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: CHECKOUT });
  const [tarball = ''] = await readdir(folder);
  await execa('npm', ['init', '--yes'], { cwd: folder });
  await execa('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball}`], {
    cwd: folder,
  });
  const bench = join(folder, 'node_modules/.bin/bench');
  const help = await execa(bench, ['--help'], { cwd: folder });
  expect(help.stdout).toContain('bench run <scenario>');
  const plan = await execa(bench, ['plan', 'local-tcp', '--profile', 'quick'], { cwd: folder });
  expect(plan.stdout).toContain('type macvlan mode bridge');
});
