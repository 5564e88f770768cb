/** A testbed with its sampler, as an experiment has it. */
import { createLocalNode } from '../../src/nodes/local.js';
import { raisePriority } from '../../src/nodes/priority.js';
import { openRig, type Rig } from '../../src/runner/rig.js';

/** Works in a new rig, and closes it. */
export async function inRig<T>(work: (rig: Rig) => Promise<T>): Promise<T> {
  const node = createLocalNode();
  await raisePriority(node);
  const rig = await openRig([{ node }]);
  try {
    return await work(rig);
  } finally {
    await rig.close();
  }
}
