/** The controller's own priority: it decides when a window opens and closes, and must not wait for the traffic. */
import type { Node } from './node.js';

/** Puts this process in real time, and nothing that it starts. Without root nothing changes: the traffic steps back then. */
export async function raisePriority(node: Node): Promise<void> {
  await node.exec(['chrt', '--reset-on-fork', '--all-tasks', '--fifo', '--pid', '1', String(process.pid)]);
}
