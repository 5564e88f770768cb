/** What stays open from run to run: the private testbed and the sampler in it. */
import type { Node } from '../nodes/node.js';
import { Testbed } from '../nodes/testbed.js';
import { Sampler, SAMPLER_SCRIPT } from '../probes/sampler.js';

export interface Rig {
  testbed: Testbed;
  sampler: Sampler;
  close: () => Promise<void>;
}

/** Opens a testbed on a node with a sampler inside. Errors: `privilege`. */
export async function openRig(node: Node): Promise<Rig> {
  const testbed = await Testbed.open(node);
  const sampler = new Sampler(testbed.spawn(['setsid', 'sh', '-c', SAMPLER_SCRIPT]));
  await sampler.begin();
  return {
    testbed,
    sampler,
    close: async () => {
      sampler.end();
      await testbed.close();
    },
  };
}
