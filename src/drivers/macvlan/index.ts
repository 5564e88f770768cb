/** A MAC address for every container on the node's own uplink. */
import type { Driver } from '../driver.js';
import { plan } from './plan.js';
import { modeOf, variants } from './variants.js';

export const macvlan: Driver = {
  name: 'macvlan',
  summary: 'a device with a MAC address of its own for each container, on the uplink',
  counters: 'device',
  variants,
  requirements: (variant) => [{ kind: 'link-type', linkType: 'macvlan', ipArgs: ['mode', modeOf(variant)] }],
  pairLimit: ({ id }, topology) =>
    id === 'macvlan:passthru' && topology === 'switched'
      ? { pairs: 1, because: "a passthru device is its uplink's only child" }
      : undefined,
  plan,
};
