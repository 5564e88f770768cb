/** Whether a physical interface may be the uplink. */
import { BenchError } from '../../failures.js';
import { inspectUplink } from '../../nodes/uplink/inspect.js';
import type { Uplink } from '../../nodes/uplink/lending.js';
import { refusal } from '../../nodes/uplink/refuse.js';
import type { Link, UplinkState } from '../../nodes/uplink/state.js';
import type { Finding } from './finding.js';
import type { Machine } from './machine.js';

/** Judges the interface, if there is one, that containers are to be attached to and that is to carry packets of `mtu` bytes. */
export async function checkUplink(
  machine: Machine,
  uplink: Uplink | undefined,
  mtu: number,
): Promise<Finding[]> {
  if (uplink === undefined) return [];
  const check = 'uplink';
  const { name, lending } = uplink;
  if (!machine.root) {
    const means = `${name} is a physical interface, which only root may ${lending.mode === 'moved' ? 'move' : 'share'}: run it with sudo`;
    return [{ level: 'fail', check, means }];
  }
  const state = await lendable(machine, uplink);
  if (typeof state === 'string') return [{ level: 'fail', check, means: state }];
  if (lending.mode === 'shared')
    return [{ level: 'ok', check, means: `${name} stays as it is, and containers get children of it` }];
  const problem = tooSmall(state.link, mtu);
  return problem === undefined
    ? [{ level: 'ok', check, means: `${name} can be lent to the testbed and given back` }]
    : [{ level: 'fail', check, means: problem }];
}

/** The uplink as it is, or why it can't be lent so. */
async function lendable({ node }: Machine, { name, lending }: Uplink): Promise<UplinkState | string> {
  try {
    const state = await inspectUplink(node, name);
    return refusal(state, lending)?.message ?? state;
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
