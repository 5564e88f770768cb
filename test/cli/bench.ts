/** The real binary, in a folder of its own, with programs on PATH that a test has made up. */
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
export const CLI = join(CHECKOUT, 'dist/cli.js');

if (!existsSync(CLI)) throw new Error('The command line is tested as built: npm run build');

export interface Outcome {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

/** An empty folder that lasts as long as the test that asks for it. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-cli-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Puts programs into a folder: the text of a shell script by the program's name. */
async function install(folder: string, programs: Record<string, string>): Promise<void> {
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
}

/** Runs `bench` in an empty folder, or in `cwd`; `programs` are found before the machine's own. */
export async function bench(
  args: string[],
  { programs = {}, cwd }: { programs?: Record<string, string>; cwd?: string } = {},
): Promise<Outcome> {
  const bin = await emptyFolder();
  await install(bin, programs);
  const result = await execa(process.execPath, [CLI, ...args], {
    cwd: cwd ?? bin,
    env: { PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
    reject: false,
    stdin: 'ignore',
  });
  return { code: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}
