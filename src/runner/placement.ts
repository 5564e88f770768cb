/** Which CPUs a pair's two processes are bound to. Pure. */
import type { Placement } from '../scenario/scenario.js';

export interface PairCpus {
  server: number;
  client: number;
}

/**
 * Spreads pairs over the machine. `numa` lists the CPUs of each memory node; `same-core` puts both ends of a pair
 * on one CPU, `split` on two neighbouring ones, `numa-local` on two of the same memory node.
 */
export function placePair(placement: Placement, pair: number, numa: number[][]): PairCpus | undefined {
  const at = pair - 1;
  const cpus = numa.flat();
  const pick = (list: number[], index: number): number => list[index % list.length]!;
  switch (placement) {
    case 'none':
      return undefined;
    case 'same-core':
      return { server: pick(cpus, at), client: pick(cpus, at) };
    case 'split':
      return { server: pick(cpus, 2 * at), client: pick(cpus, 2 * at + 1) };
    case 'numa-local': {
      const local = numa[at % numa.length]!;
      const round = Math.floor(at / numa.length);
      return { server: pick(local, 2 * round), client: pick(local, 2 * round + 1) };
    }
  }
}

/** As placePair, each end on the node that it is on. */
export function placeEnds(
  placement: Placement,
  pair: number,
  serverNuma: number[][],
  clientNuma: number[][],
): PairCpus | undefined {
  const server = placePair(placement, pair, serverNuma);
  const client = placePair(placement, pair, clientNuma);
  return server && client && { server: server.server, client: client.client };
}

/** Parses the kernel's CPU lists: `0-3,8` is [0, 1, 2, 3, 8]. */
export function parseCpuList(text: string): number[] {
  const ranges = text
    .trim()
    .split(',')
    .filter((range) => range !== '');
  return ranges.flatMap((range) => {
    const [from = NaN, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
