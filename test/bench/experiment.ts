/** `bench run` as a whole process, and the records that it leaves behind. */
import { join } from 'node:path';
import { readdir } from 'node:fs/promises';
import { readResults } from '../../src/results/read.js';
import type { RunRecord } from '../../src/results/record.js';
import { inFolder } from './folder.js';
import { runNode } from './time.js';

export interface Wanted {
  drivers: string;
  pairs: string;
  /** `500ms`. */
  omit: string;
  duration: string;
  blocks: number;
}

/** Runs an experiment over TCP at MTU 1500 on this machine. Errors: throws if runs failed. */
export function runExperiment(factors: Wanted): Promise<RunRecord[]> {
  return inFolder(async (folder) => {
    const flags = { ...factors, mtu: 1500, results: folder, progress: 'plain' };
    const words = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
    runNode(['dist/cli.js', 'run', 'local-tcp', ...words]);
    const [id = ''] = await readdir(folder);
    return (await readResults(join(folder, id))).records;
  });
}
