/** Debian's user-mode Linux: a kernel with ipvlan, as a program, that runs this machine's programs. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export interface GuestRequest {
  /** What `sh` runs inside, as root. It sees this machine's files at their own paths, and can't change them. */
  script: string;
  /** A folder that the script may write to. */
  shared: string;
  /** Seconds until the kernel is ended, start included. */
  timeout: number;
}

export interface GuestResult {
  /** Standard output and error of the script. */
  output: string;
  exitCode: number;
  /** From the kernel's start to its end. */
  seconds: number;
}

const PATH = `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;

/** Whether the processor's registers take more room than user-mode Linux 6.1 was built for (registers.c). */
export const registersAreLarge = /^flags\b.* amx_tile\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));

/** Programs that boot the kernel, or run in it and nowhere else, and the Debian packages that have them. */
const PROGRAMS: Record<string, string> = {
  'linux.uml': 'user-mode-linux',
  busybox: 'busybox-static',
  modprobe: 'kmod',
  sshd: 'openssh-server',
  ...(registersAreLarge ? { cc: 'tcc' } : {}),
};

/** Debian packages that the kernel needs and this machine lacks. */
export const missingPackages: string[] = Object.keys(PROGRAMS)
  .filter((program) => !PATH.split(':').some((folder) => existsSync(join(folder, program))))
  .map((program) => PROGRAMS[program]!);

/** Boots the kernel, runs a script in it and ends it. Rejects, with all that was printed, unless the script ended. */
export async function runInUserModeKernel({ script, shared, timeout }: GuestRequest): Promise<GuestResult> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-uml-'));
  const inFolder = (name: string) => readFile(join(folder, name), 'utf8').catch(() => '');
  try {
    await writeFile(join(folder, 'script'), script);
    const begun = performance.now();
    const console = await boot({ folder, shared, timeout });
    const seconds = (performance.now() - begun) / 1000;
    const output = await inFolder('output');
    const exitCode = await inFolder('exit-code');
    if (exitCode) return { output, exitCode: Number(exitCode), seconds };
    throw new Error(`the script did not end (kernel ran ${seconds.toFixed(1)} s):\n${output}\n${console}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs the kernel until it halts, or `timeout` ends it; what it printed on its console. */
async function boot(request: { folder: string; shared: string; timeout: number }): Promise<string> {
  const { folder, shared, timeout } = request;
  const root = ['root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro'];
  const machine = ['mem=2G', `uml_dir=${folder}/`, 'con=null', 'con0=fd:0,fd:1', 'quiet'];
  const init = fileURLToPath(new URL('./init.sh', import.meta.url));
  const environment = [`PATH="${PATH}"`, `FOLDER="${folder}"`, `SHARED="${shared}"`];
  const preload = registersAreLarge ? ['env', `LD_PRELOAD=${await compileRegisters(folder)}`] : [];
  const kernel = ['linux.uml', ...root, ...machine, ...environment, `init="${init}"`];
  const { all } = await execa('timeout', ['--kill-after=2', String(timeout), ...preload, ...kernel], {
    stdin: 'ignore',
    all: true,
    reject: false,
    env: { PATH },
  });
  return all;
}

/** The library that makes up for large registers. */
async function compileRegisters(folder: string): Promise<string> {
  const library = join(folder, 'registers.so');
  const source = fileURLToPath(new URL('./registers.c', import.meta.url));
  await execa('cc', ['-shared', '-fPIC', '-nostdlib', '-o', library, source]);
  return library;
}
