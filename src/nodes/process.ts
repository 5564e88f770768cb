/** Processes of all nodes of a testbed, told apart by one number each. */

/** Linux gives no pid above it (PID_MAX_LIMIT). */
const MOST_PIDS = 2 ** 22;

/** A pid inside the testbed of the node with that index; the pid itself on the first node. */
export type ProcessId = number;

export function processId(node: number, pid: number): ProcessId {
  return node * MOST_PIDS + pid;
}

/** Index of the node that a process runs on. */
export function nodeOf(process: ProcessId): number {
  return Math.floor(process / MOST_PIDS);
}

export function pidOf(process: ProcessId): number {
  return process % MOST_PIDS;
}

/** Does work for each node's share of some items, side by side; the answers of all nodes in one list. */
export async function onEachNode<Item, Answer>(
  items: Item[],
  nodeOfItem: (item: Item) => number,
  work: (node: number, items: Item[]) => Promise<Answer[]>,
): Promise<Answer[]> {
  const shares = new Map<number, Item[]>();
  for (const item of items) {
    const node = nodeOfItem(item);
    const share = shares.get(node);
    if (share) share.push(item);
    else shares.set(node, [item]);
  }
  return (await Promise.all([...shares].map(([node, share]) => work(node, share)))).flat();
}
