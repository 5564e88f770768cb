/** The real binary under way: how far it is, how it ends, how to stop it. */
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa, execaSync } from 'execa';
import { vi } from 'vitest';
import type { ProgressEvent } from '../../src/progress/event.js';
import { readResults, type Experiment } from '../../src/results/read.js';
import type { Phases } from '../../src/results/record.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
if (!existsSync(CLI)) throw new Error('The command line is tested as built: npm run build');

/** An ordinary user's often lacks the folders of root's programs. */
export const PATH = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`;

/** Flags with which every cell is measured once, in a window of a second, unless the factors say otherwise. */
export function small(factors: Record<string, string>): string[] {
  const usual = { pairs: '1', mtu: '1500', blocks: '1', omit: '200ms', duration: '1s', progress: 'json' };
  return Object.entries({ ...usual, ...factors }).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Shell scripts by the name of the program that they stand for; `$real` is the path of the real one. */
export type Programs = Record<string, string>;

export interface Outcome {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

export interface Bench {
  ended: Promise<Outcome>;
  /** Resolves when a phase of its first, second, ... run has begun; an error if it ends before. */
  reached: (run: number, phase: keyof Phases) => Promise<void>;
  /** Sends a signal to the controller alone. */
  signal: (name: 'KILL' | 'INT' | 'STOP') => Promise<void>;
}

/** Where it runs. */
export interface Place {
  folder: string;
  /** The command that runs another one there. */
  enter: (argv: string[]) => [program: string, args: string[]];
  run: (...argv: string[]) => Promise<string>;
}

/** Starts the binary in a place's folder, the scripts before all other programs. */
export async function startBench(place: Place, args: string[], programs: Programs): Promise<Bench> {
  const bin = await install(place.folder, programs);
  const sayPid = ['sh', '-c', 'echo $$ >&2; cd "$0" && exec "$@"', place.folder];
  const child = execa(...place.enter([...sayPid, process.execPath, CLI, ...args]), {
    env: { PATH: `${bin}${delimiter}${PATH}`, HOME: place.folder },
    reject: false,
    stdin: 'ignore',
  });
  const told: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => told.push(line));
  let over = false;
  const ended = child.then(({ exitCode, stdout, stderr }): Outcome => {
    over = true;
    return { code: exitCode, stdout, stderr };
  });
  return {
    ended,
    reached: async (run, phase) => {
      await vi.waitUntil(() => over || hasReached(told, run, phase), { timeout: 60_000, interval: 5 });
      if (!hasReached(told, run, phase))
        throw new Error(`it ended before ${phase} of run ${run}:\n${told.join('\n')}`);
    },
    signal: async (name) => {
      await place.run('kill', '-s', name, told[0]!);
      // `nsenter` stops with the program that it waits for, and sees its end only if it goes on.
      if (name === 'KILL') child.kill('SIGCONT');
    },
  };
}

function hasReached(told: string[], run: number, phase: keyof Phases): boolean {
  const events = told.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as ProgressEvent);
  const starts = events.flatMap(({ kind }, at) => (kind === 'run-started' ? [at] : []));
  const begun = starts[run - 1];
  return (
    begun !== undefined &&
    events.slice(begun, starts[run]).some((event) => event.kind === 'phase' && event.phase === phase)
  );
}

async function install(folder: string, programs: Programs): Promise<string> {
  const bin = await mkdtemp(join(folder, 'bin-'));
  await chmod(bin, 0o755);
  for (const [name, script] of Object.entries(programs)) {
    const { stdout: real } = execaSync('sh', ['-c', `command -v ${name}`], { env: { PATH } });
    await writeFile(join(bin, name), `#!/bin/sh\nreal=${real}\n${script}\n`, { mode: 0o755 });
  }
  return bin;
}

/** What the only experiment below a folder has kept. */
export async function experimentIn(folder: string): Promise<Experiment> {
  const [name, ...more] = await readdir(folder);
  if (name === undefined || more.length > 0) throw new Error(`there must be one experiment in ${folder}`);
  return readResults(join(folder, name));
}
