import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockFolder } from '../../src/results/lock.js';
import { temporaryFolder } from './help.js';

interface Holder {
  pid: number;
  startTime: string;
  bootId: string;
}

const readLock = async (folder: string): Promise<Holder> =>
  JSON.parse(await readFile(join(folder, 'lock'), 'utf8')) as Holder;

/** A lock of this very process with some of it changed. */
async function leaveLock(folder: string, changes: Partial<Holder>): Promise<void> {
  const release = await lockFolder(folder);
  const own = await readLock(folder);
  await release();
  await writeFile(join(folder, 'lock'), JSON.stringify({ ...own, ...changes }));
}

test('a lock names its process, and refuses others until it is given back', async () => {
  const folder = await temporaryFolder();
  const release = await lockFolder(folder);
  expect((await readLock(folder)).pid).toBe(process.pid);
  await expect(lockFolder(folder)).rejects.toMatchObject({
    failure: { reason: 'results', message: expect.stringContaining(`Process ${process.pid} is writing`) as string },
  });
  await release();
  expect(await readdir(folder)).toEqual([]);
  await (await lockFolder(folder))();
});

test('the lock of a living process of another parent is respected, and taken over once it is dead', async () => {
  const folder = await temporaryFolder();
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8');
  await leaveLock(folder, { pid: child.pid!, startTime: stat.split(' ')[21]! });
  await expect(lockFolder(folder)).rejects.toThrow(`Process ${child.pid} is writing`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await (await lockFolder(folder))();
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ['of an earlier process with the same pid', { startTime: '1' }],
  ['of an earlier boot', { bootId: 'another' }],
  ['of a pid that is not there', { pid: 2 ** 22 + 1 }],
])('a lock %s is taken over', async (_, changes) => {
  const folder = await temporaryFolder();
  await leaveLock(folder, changes);
  const release = await lockFolder(folder);
  expect((await readLock(folder)).pid).toBe(process.pid);
  await release();
});

test('a lock that was never written whole is taken over', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'lock'), '{"pid":');
  await (await lockFolder(folder))();
});

test('of many that want a dead lock at once exactly one gets it', async () => {
  const folder = await temporaryFolder();
  await leaveLock(folder, { startTime: '1' });
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
