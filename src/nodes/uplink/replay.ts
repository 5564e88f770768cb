/** What is left of guardians that were killed: their journals, and giving back by them. */
import { readFileSync } from 'node:fs';
import { fail } from '../../failures.js';
import type { Node } from '../node.js';

const SCRIPT = ['./restore.sh', './replay.sh']
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n');

/** Exit code of replay.sh where the journals are not ours to read. */
const HIDDEN = 77;

/**
 * `restored`: given back as it was. `pending`: would be, were this not a dry run. `failed`: not wholly; the
 * journal is kept. `guarded`: its guardian lives. `elsewhere`: it belongs to another network namespace.
 */
export type Outcome = 'restored' | 'pending' | 'failed' | 'guarded' | 'elsewhere';

export interface Replay {
  uplink: string;
  outcome: Outcome;
  journal: string;
}

/** Gives back every uplink whose guardian is gone. `detail`: what went wrong, as programs said it. Errors: `privilege`. */
export async function replayJournals(
  node: Node,
  { dryRun }: { dryRun: boolean },
): Promise<{ replays: Replay[]; detail: string }> {
  const result = await node.exec(['sh', '-c', SCRIPT, 'bench-clean', dryRun ? 'dry' : ''], { timeout: 120 });
  if (result.code === HIDDEN)
    fail('privilege', 'only root may see which uplinks are lent: run `bench clean` as root');
  const replays = result.stdout
    .split('\n')
    .map((line) => /^([a-z]+) (.*\/([^/]+)\.\d+\.journal)$/.exec(line))
    .flatMap((match) =>
      match ? [{ outcome: match[1] as Outcome, journal: match[2] ?? '', uplink: match[3] ?? '' }] : [],
    );
  return { replays, detail: result.stderr.trim() };
}
