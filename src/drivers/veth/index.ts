/** Virtual Ethernet cables: what Docker, Podman and most CNI plugins make unless told otherwise. */
import type { Driver, Requirement, Variant } from '../driver.js';
import { plan } from './plan.js';
import { variants } from './variants.js';

/** BR_PORT_BITS is 10, and port 0 is not used. */
const BRIDGE_PORTS = 1023;

const linkType = (name: string): Requirement => ({ kind: 'link-type', linkType: name, ipArgs: [] });

export const veth: Driver = {
  name: 'veth',
  summary: "a virtual cable from each container to a bridge in the node, or straight to its peer's",
  counters: 'device',
  variants,
  requirements: ({ id }: Variant) =>
    id === 'veth:direct' ? [linkType('veth')] : [linkType('veth'), linkType('bridge')],
  pairLimit: ({ id }, topology) => {
    if (id === 'veth:direct') return undefined;
    const most = `a Linux bridge has at most ${BRIDGE_PORTS} (BR_MAX_PORTS)`;
    return topology === 'local'
      ? { pairs: Math.floor(BRIDGE_PORTS / 2), because: `a pair needs 2 bridge ports, and ${most}` }
      : { pairs: BRIDGE_PORTS - 1, because: `a pair and the uplink need a bridge port each, and ${most}` };
  },
  plan,
};
