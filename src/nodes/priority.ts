/** The controller's own priority: it decides when a window opens and closes, and must not wait for the traffic. */
import type { Node } from './node.js';

/**
 * Puts this process in real time, and nothing that it starts. Without root nothing changes: the traffic steps back then.
 * By turns (SCHED_RR): its threads wait for one another, and on one CPU a thread that waits must not keep out the other.
 */
export async function raisePriority(node: Node): Promise<void> {
  await node.exec(['chrt', '--reset-on-fork', '--all-tasks', '--rr', '--pid', '1', String(process.pid)]);
}
