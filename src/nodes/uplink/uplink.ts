/** Lends a physical uplink to a testbed and gives it back as it was, whatever happens in between. */
import { readFileSync } from 'node:fs';
import { BenchError, fail } from '../../failures.js';
import { startGuardian } from '../guardian.js';
import { WAY_LOST, type Node } from '../node.js';
import { inspectUplink } from './inspect.js';
import type { Uplink } from './lending.js';
import { refusal } from './refuse.js';
import { planRestoration } from './restoration.js';
import type { UplinkState } from './state.js';

const GUARDIAN = ['./restore.sh', './guardian.sh']
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n');

export interface GuardedUplink {
  /**
   * Ends the testbed and gives the uplink back; resolves when it is as it was.
   * Errors: `uplink` with what could not be restored; the journal is then kept for `bench clean`.
   */
  release(): Promise<void>;
}

/**
 * Moves an uplink into the network of a testbed (pid of its first process, as the node sees it), under its own
 * name, down and without addresses. It comes back when it is released, or when this process has ended or been
 * silent for 5 s; the testbed ends first. Errors: `privilege` without root, `uplink` if it may not be lent.
 */
export async function guardUplink(
  node: Node,
  { uplink, testbedPid }: { uplink: string; testbedPid: number },
): Promise<GuardedUplink> {
  const state = await requireLendable(node, { name: uplink, lending: { mode: 'moved' } });
  const guardian = await startGuardian(node, {
    script: GUARDIAN,
    words: [uplink, String(testbedPid)],
    input: [...planRestoration(state).journal, 'end'],
    failure: { reason: 'uplink', message: `${uplink} could not be lent to the testbed` },
  });
  return {
    release: async () => {
      const { code, complaint } = await guardian.release();
      if (code === 0) return;
      if (code === WAY_LOST) {
        fail(
          'connection-lost',
          `the way to ${node.name} was lost before ${uplink} was given back: its guardian does that within 10 s, or \`bench clean\` there`,
        );
      }
      fail(
        'uplink',
        `${uplink} could not be given back as it was: mend what is named below, then \`bench clean\``,
        complaint,
      );
    },
  };
}

/** An uplink as it is now. Errors: `privilege` without root, `uplink` if it may not be lent so. */
export async function requireLendable(node: Node, { name, lending }: Uplink): Promise<UplinkState> {
  await requireRoot(node);
  const state = await inspectUplink(node, name);
  const refused = refusal(state, lending);
  if (refused) throw new BenchError(refused);
  return state;
}

/** A user namespace's root owns no physical device. */
async function requireRoot(node: Node): Promise<void> {
  const { stdout } = await node.exec(['id', '-u']);
  if (stdout.trim() !== '0') {
    fail('privilege', 'a physical uplink can be lent only by root: run as root, or leave out --uplink');
  }
}
