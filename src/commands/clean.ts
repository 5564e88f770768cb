/** `bench clean`: gives back what a run that was killed with its guardian has left. */
import type { Node } from '../nodes/node.js';
import { replayJournals, type Outcome, type Replay } from '../nodes/uplink/replay.js';
import type { CommandResult } from './result.js';

const SENTENCES: Record<Outcome, (replay: Replay) => string> = {
  restored: ({ uplink }) => `${uplink}: given back as it was`,
  pending: ({ uplink, journal }) => `${uplink}: would be given back by ${journal}`,
  failed: ({ uplink, journal }) =>
    `${uplink}: not wholly given back; mend what is named below, or remove ${journal}`,
  guarded: ({ uplink }) => `${uplink}: in use by a run, left alone`,
  elsewhere: ({ uplink, journal }) => `${uplink}: lent by another network namespace, left alone (${journal})`,
};

/** Replays the journals of uplinks whose guardian is dead; `dryRun` only says which. Exit code 1 if one failed. */
export async function clean({ node, dryRun }: { node: Node; dryRun: boolean }): Promise<CommandResult> {
  const { replays, detail } = await replayJournals(node, { dryRun });
  if (replays.length === 0) return { text: 'nothing to clean: no uplink is lent\n', exitCode: 0 };
  const lines = replays.map((replay) => SENTENCES[replay.outcome](replay));
  const failed = replays.some(({ outcome }) => outcome === 'failed');
  return { text: [...lines, ...(failed ? [detail] : [])].join('\n') + '\n', exitCode: failed ? 1 : 0 };
}
