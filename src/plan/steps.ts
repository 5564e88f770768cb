/** How steps are written down. */
import type { Place, Step } from './plan.js';

export const NODE: Place = { kind: 'node' };
export const SWITCH: Place = { kind: 'switch' };
export const MACHINE: Place = { kind: 'machine' };

/** Name of the switch's network namespace. */
export const SWITCH_NETNS = 'switch';

/**
 * Group of every device that a plan makes in the node's namespace: deleting the group removes them, their peers and
 * their children in one go (256 veth pairs in 0.1 s; one by one they take 5 s).
 */
const DEVICE_GROUP = '7';

/** An `ip` step; `command` and `undo` are what follows the word `ip`. */
export function ip(place: Place, command: string, undo?: string): Step {
  return { place, argv: words(command), ...(undo === undefined ? {} : { undo: words(undo) }) };
}

/** Makes a device in the node's namespace and sets it up; `description` is what follows its name and MTU. */
export function addDevice(name: string, mtu: number, description: string): Step {
  return ip(
    NODE,
    `link add ${name} mtu ${mtu} group ${DEVICE_GROUP} up ${description}`,
    `link del group ${DEVICE_GROUP}`,
  );
}

/** Sets a device up; with `quiet` it takes no IPv6 address of its own, which it would announce. */
export function setUp(place: Place, device: string, quiet: boolean, undo?: string): Step[] {
  const silence = quiet ? [ip(place, `link set ${device} addrgenmode none`)] : [];
  return [...silence, ip(place, `link set ${device} up`, undo)];
}

const words = (command: string): string[] => ['ip', ...command.split(' ')];
