/** A container that is a network namespace and nothing else. */
import type { Container, Place, Step } from '../plan/plan.js';
import { ip, NODE, setUp } from '../plan/steps.js';

/** Where `ip netns` keeps a namespace. */
export function netnsPath(name: string): string {
  return `/run/netns/${name}`;
}

/** Makes an empty network namespace. */
export function addNamespace(name: string): Step {
  return ip(NODE, `netns add ${name}`, `netns del ${name}`);
}

export interface DeviceOptions {
  /** Whether IPv6 must be kept from giving the device an address and announcing it. */
  quiet: boolean;
  /**
   * Whether the device must be removed by name: the kernel removes a namespace's devices only some time after the
   * namespace, and until then they hold on to an uplink that is to be used again.
   */
  remove: boolean;
}

/** Sets a container up once its driver has made its device. */
export function configure(container: Container, { quiet, remove }: DeviceOptions): Step[] {
  const { name, device, address, prefix } = container;
  const place: Place = { kind: 'container', name };
  return [
    ip(place, 'link set lo up'),
    ...setUp(place, device, quiet, remove ? `link del ${device}` : undefined),
    ip(place, `addr add ${address}/${prefix} dev ${device}`),
  ];
}
