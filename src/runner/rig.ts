/** What stays open from run to run: the private testbed and the sampler in it. */
import type { Node } from '../nodes/node.js';
import { guardUplink, type GuardedUplink } from '../nodes/uplink/uplink.js';
import { Testbed } from '../nodes/testbed.js';
import { Sampler, SAMPLER_SCRIPT } from '../probes/sampler.js';

export interface Rig {
  testbed: Testbed;
  sampler: Sampler;
  close: () => Promise<void>;
}

/** Opens a testbed with a sampler inside, and moves a physical uplink in if there is one. Errors: `privilege`, `uplink`. */
export async function openRig(node: Node, uplink?: string): Promise<Rig> {
  const testbed = await Testbed.open(node);
  let guarded: GuardedUplink | undefined;
  const close = async (): Promise<void> => {
    try {
      await guarded?.release();
    } finally {
      await testbed.close();
    }
  };
  try {
    if (uplink !== undefined) guarded = await guardUplink(node, { uplink, testbedPid: testbed.outerPid });
    const sampler = new Sampler(testbed.spawn(['setsid', 'sh', '-c', SAMPLER_SCRIPT]));
    await sampler.begin();
    return { testbed, sampler, close };
  } catch (error) {
    await close();
    throw error;
  }
}
