/** Everything doctor looks at, for one machine and what shall be measured there. */
import type { Node } from '../../nodes/node.js';
import type { Uplink } from '../../nodes/uplink/lending.js';
import type { DriverId, Protocol, Topology } from '../../scenario/scenario.js';
import { checkConditions } from './conditions.js';
import { checkDrivers } from './drivers.js';
import type { Finding } from './finding.js';
import { checkLimits } from './limits.js';
import { askMachine } from './machine.js';
import { checkNamespaces } from './namespaces.js';
import { checkTools, TOOLS } from './tools.js';
import { checkUplink } from './uplink.js';

/** What shall be measured, at its largest. */
export interface Want {
  drivers: DriverId[];
  topology: Topology;
  protocol: Protocol;
  mtu: number;
  pairs: number;
  /** TCP's; `cubic` unless given. */
  congestionControl?: string[];
  /** A physical interface to be the uplink. */
  uplink?: Uplink | undefined;
}

/** Looks for what stops a measurement on a node, and for what spoils it. Changes nothing there. */
export async function diagnose(node: Node, want: Want): Promise<Finding[]> {
  const { protocol, congestionControl = ['cubic'], mtu, pairs, uplink } = want;
  const machine = await askMachine(node, TOOLS);
  const [drivers, ofUplink] = await Promise.all([
    checkDrivers(machine, want),
    checkUplink(machine, uplink, mtu),
  ]);
  return [
    ...checkTools(machine),
    checkNamespaces(machine),
    ...drivers,
    ...ofUplink,
    ...checkConditions(machine, { pairs, congestionControls: protocol === 'tcp' ? congestionControl : [] }),
    ...checkLimits(machine, pairs),
  ];
}
