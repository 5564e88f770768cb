/** CPUs of each memory node, for placement. */
import type { Node } from '../nodes/node.js';
import { parseCpuList } from './placement.js';

/** Reads the machine's memory nodes; a machine that has none to tell is one node. */
export async function readNuma(node: Node): Promise<number[][]> {
  const { stdout } = await node.exec(['sh', '-c', 'cat /sys/devices/system/node/node*/cpulist 2>/dev/null']);
  const lists = stdout
    .split('\n')
    .map(parseCpuList)
    .filter((cpus) => cpus.length > 0);
  if (lists.length > 0) return lists;
  const { stdout: count } = await node.exec(['nproc']);
  return [Array.from({ length: Number(count) }, (_, cpu) => cpu)];
}
