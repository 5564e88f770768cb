/** A container that is a network namespace and nothing else. */
import type { Container, Step } from '../plan/plan.js';
import { ip, NODE, setUp } from '../plan/steps.js';

/** Where `ip netns` keeps a namespace. */
export function netnsPath(name: string): string {
  return `/run/netns/${name}`;
}

/** Makes an empty network namespace. */
export function addNamespace(name: string): Step {
  return ip(NODE, `netns add ${name}`, `netns del ${name}`);
}

/**
 * Sets a container's devices up once its driver has made them. A device on an uplink that outlasts the container is
 * removed at teardown, since the kernel removes a namespace's devices only some time after the namespace.
 */
export function configure({ name, device, address, prefix }: Container, uplinkOutlasts: boolean): Step[] {
  const place = { kind: 'container', name } as const;
  return [
    ip(place, 'link set lo up'),
    setUp(place, device),
    ip(
      place,
      `addr add ${address}/${prefix} dev ${device}`,
      uplinkOutlasts ? `link del ${device}` : undefined,
    ),
  ];
}
