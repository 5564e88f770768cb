/** Builds a planned topology in a testbed and takes it down again. */
import { fail } from '../failures.js';
import { shellWords } from '../nodes/shell.js';
import type { Testbed } from '../nodes/testbed.js';
import type { Container, TopologyPlan } from '../plan/plan.js';
import { buildStages, undoStages, type Batch, type Stage } from '../plan/batch.js';
import type { LinkTables } from './prove.js';

/** Batches that run at one time; more only fight for the kernel's one lock on network configuration. */
const LANES = 4;

/** Path of the namespace a container's programs run in. */
export function netnsOf(plan: TopologyPlan, { name }: Container): string {
  return plan.counters === 'shared-namespace' ? '/proc/1/ns/net' : `/run/netns/${name}`;
}
