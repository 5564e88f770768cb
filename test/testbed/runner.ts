/** The runner in a testbed of the test's own, on topologies that the test changes. */
import { beforeAll } from 'vitest';
import { createLocalNode } from '../../src/nodes/local.js';
import type { Place, Step } from '../../src/plan/plan.js';
import { planTopology } from '../../src/plan/topology.js';
import { openRig, type Rig } from '../../src/runner/rig.js';
import { runCell, type RunOutcome } from '../../src/runner/run.js';
import type { Cell } from '../../src/scenario/scenario.js';
import { scenario } from '../plan/scenario.js';

export const inside = (name: string): Place => ({ kind: 'container', name });

/** What runs a cell once, while a file's tests last; `more` is done to its topology once that is built. */
export function useRunner(): (cell: Cell, more: Step[]) => Promise<RunOutcome> {
  let rig: Rig;
  beforeAll(async () => {
    rig = await openRig([{ node: createLocalNode() }]);
    return () => rig.close();
  });
  return (cell, more) => {
    const plan = planTopology(cell);
    return runCell({
      rig,
      cell,
      plan: { ...plan, nodes: plan.nodes.map(({ steps }) => ({ steps: [...steps, ...more] })) },
      omit: 0.2,
      duration: 2,
      limits: scenario.limits,
      describe: false,
      cpusOf: () => undefined,
      onPhase: () => undefined,
      onBeat: () => undefined,
    });
  };
}
