/** Writing so that a crash at any moment leaves either the old or the new, and a full disk is told as such. */
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '../failures.js';

/** Writes a whole file and syncs it; on failure the old one stays. */
export async function writeWhole(path: string, data: string | Buffer): Promise<void> {
  const draft = `${path}.new`;
  try {
    const file = await open(draft, 'w');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes sure that new names in a folder outlive a crash. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Does what writes. What the system refuses fails with 'disk': what could not be done, why, and then what. */
export async function orDiskFailure<T>(what: string, then: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, errno, message } = error as NodeJS.ErrnoException;
    if (errno === undefined) throw error;
    const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : message;
    return fail('disk', `${what}: ${why}. ${then}`);
  }
}
