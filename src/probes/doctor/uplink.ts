/** Whether a physical interface may be the uplink. */
import { BenchError } from '../../failures.js';
import { inspectUplink } from '../../nodes/uplink/inspect.js';
import { refusal } from '../../nodes/uplink/refuse.js';
import type { Link } from '../../nodes/uplink/state.js';
import type { Finding } from './finding.js';
import type { Machine } from './machine.js';

/** Judges the interface, if there is one, that is to be moved into the testbed and to carry packets of `mtu` bytes. */
export async function checkUplink(
  machine: Machine,
  name: string | undefined,
  mtu: number,
): Promise<Finding[]> {
  if (name === undefined) return [];
  const problem = machine.root
    ? await findProblem(machine, name, mtu)
    : `${name} is a physical interface, which only root may move: run it with sudo`;
  const check = 'uplink';
  return problem === undefined
    ? [{ level: 'ok', check, means: `${name} can be lent to the testbed and given back` }]
    : [{ level: 'fail', check, means: problem }];
}

async function findProblem({ node }: Machine, name: string, mtu: number): Promise<string | undefined> {
  try {
    const state = await inspectUplink(node, name);
    return refusal(state, { mode: 'moved' })?.message ?? tooSmall(state.link, mtu);
  } catch (error) {
    if (error instanceof BenchError) return error.message;
    throw error;
  }
}

/** The driver's own limit; 0 where it states none. */
function tooSmall(link: Link & { max_mtu?: number }, mtu: number): string | undefined {
  const { ifname, max_mtu: most = 0 } = link;
  if (most === 0 || mtu <= most) return undefined;
  return `${ifname} carries an MTU of ${most} at most, and ${mtu} is asked for: leave that MTU out, or name another`;
}
