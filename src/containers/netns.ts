/** A container that is a network namespace and nothing else. */
import type { Container, Place, Step } from '../plan/plan.js';
import { ip, NODE } from '../plan/steps.js';

/** Where `ip netns` keeps a namespace. */
export function netnsPath(name: string): string {
  return `/run/netns/${name}`;
}

/** Makes an empty network namespace. */
export function addNamespace(name: string): Step {
  return ip(NODE, `netns add ${name}`, `netns del ${name}`);
}

export interface DeviceOptions {
  /** Whether IPv6 would give the device an address of its own and announce it, which is prevented. */
  ipv6: boolean;
  /**
   * Whether the device must be removed by name: the kernel removes a namespace's devices only some time after the
   * namespace, and until then they hold on to an uplink that is to be used again.
   */
  remove: boolean;
}

/** Sets a container up once its driver has made its device. */
export function configure(container: Container, { ipv6, remove }: DeviceOptions): Step[] {
  const { name, device, address, prefix } = container;
  const place: Place = { kind: 'container', name };
  return [
    ip(place, 'link set lo up'),
    ...(ipv6 ? [ip(place, `link set ${device} addrgenmode none`)] : []),
    ip(place, `link set ${device} up`, remove ? `link del ${device}` : undefined),
    ip(place, `addr add ${address}/${prefix} dev ${device}`),
  ];
}
