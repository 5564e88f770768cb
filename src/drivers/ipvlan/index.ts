/** Containers that share the uplink's MAC address and are told apart by their IP addresses. */
import type { Driver } from '../driver.js';
import { plan } from './plan.js';
import { optionsOf, variants } from './variants.js';

export const ipvlan: Driver = {
  name: 'ipvlan',
  summary: "a device for each container that shares the uplink's MAC address; l2 does ARP, l3 and l3s route",
  counters: 'device',
  variants,
  requirements: (variant) => [{ kind: 'link-type', linkType: 'ipvlan', ipArgs: optionsOf(variant) }],
  plan,
};
