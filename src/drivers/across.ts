/** What drivers have in common whose containers are on several nodes. */
import type { NodeAddress } from '../plan/addresses.js';
import type { ReachRule, Step } from '../plan/plan.js';
import { ip, NODE } from '../plan/steps.js';

/** Modes keep the children of one uplink apart, never those of two. */
export const ACROSS: ReachRule = {
  from: 'client',
  to: 'server',
  works: true,
  because: 'the uplinks of both meet at the switch',
};

/** Gives the node an address on its uplink, by which other nodes reach it. */
export function addressUplink(uplink: string, { address, prefix }: NodeAddress): Step {
  const words = `${address}/${prefix} dev ${uplink}`;
  return ip(NODE, `addr add ${words}`, `addr del ${words}`);
}

/** Routes to the containers of other nodes, by way of those nodes. */
export function routesTo(others: NodeAddress[]): Step[] {
  return others.flatMap(({ address, networks }) =>
    networks.map((network) =>
      ip(NODE, `route add ${network} via ${address}`, `route del ${network} via ${address}`),
    ),
  );
}
