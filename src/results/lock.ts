/** One writer per results folder: a file that names the process, and means nothing once that process is dead. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { fail } from '../failures.js';
import { lockFile } from './layout.js';

/** A process, told from others that had or will have its pid. */
interface Holder {
  pid: number;
  /** In clock ticks since boot, from /proc/<pid>/stat. */
  startTime: string;
  bootId: string;
}

/**
 * Takes the lock of a folder, also from a process that died with it; resolves to what gives it back.
 * Fails with 'results' while another process holds it.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = lockFile(folder);
  const own: Holder = {
    pid: process.pid,
    startTime: (await startTimeOf(process.pid)) ?? '',
    bootId: await readBootId(),
  };
  while (!(await create(path, JSON.stringify(own)))) {
    const text = await readFile(path, 'utf8').catch(() => '');
    const holder = holderOf(text);
    if (holder && (await isAlive(holder)))
      fail(
        'results',
        `Process ${holder.pid} is writing to ${folder}. Wait until it has ended, or stop it with: kill ${holder.pid}`,
      );
    await discard(path, text);
  }
  return () => rm(path, { force: true });
}

/** Creates a file; false if there is one already. */
async function create(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a dead lock, but not one that another process put in its place in the meantime. */
async function discard(path: string, text: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  const taken = await readFile(aside, 'utf8').catch(() => text);
  if (taken === text) await rm(aside, { force: true });
  else await rename(aside, path);
}

function holderOf(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, startTime, bootId }: Holder): Promise<boolean> {
  return bootId === (await readBootId()) && startTime === (await startTimeOf(pid));
}

const readBootId = async (): Promise<string> =>
  (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();

/** When a process started; undefined if there is none, or only its zombie. Fields as numbered in proc(5). */
async function startTimeOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fromThird = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fromThird[0] === 'Z' ? undefined : fromThird[22 - 3];
}
