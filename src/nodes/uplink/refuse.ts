/** Which devices may not be an uplink, and what to do about it. */
import { BlockList } from 'node:net';
import type { Failure } from '../../failures.js';
import type { Lending, Shared } from './lending.js';
import { planRestoration } from './restoration.js';
import type { Address, UplinkState } from './state.js';

/** Why a device can't be lent so, or undefined; pure. */
export function refusal(state: UplinkState, lending: Lending): Failure | undefined {
  const message =
    unsuited(state) ?? (lending.mode === 'moved' ? unmovable(state) : unshareable(state, lending));
  return message === undefined ? undefined : { reason: 'uplink', message: `${state.link.ifname} ${message}` };
}

/** What rules a device out whatever is done with it. */
function unsuited({ link, wireless }: UplinkState): string | undefined {
  if (link.flags.includes('LOOPBACK'))
    return 'is the loopback, which carries no containers: name a network card';
  if (link.link_type !== 'ether')
    return `is no Ethernet device but ${link.link_type}, which takes no containers: name a network card`;
  if (wireless)
    return 'is wireless: an access point drops frames from the containers’ addresses, so name a wired device';
  if (link.master) {
    return `belongs to ${link.master}, and a device has one master: take it out with \`ip link set ${link.ifname} nomaster\`, or name another`;
  }
  if (link.flags.includes('UP') && !link.flags.includes('LOWER_UP')) {
    return 'is up but has no carrier, and without it no container can send: plug the cable, or bring the other end up';
  }
  return undefined;
}

/** What a device that leaves the machine may not carry. */
function unmovable(state: UplinkState): string | undefined {
  const { impossible } = planRestoration(state);
  const carried = life(state);
  if (carried) return `${carried}, so moving it would cut this machine off: name another`;
  if (state.uppers.length > 0) {
    return `has devices on top, which would be lost: remove ${state.uppers.join(', ')}, or name another`;
  }
  if (impossible.length > 0) {
    return `can't be given back as it was, because of ${impossible.join(', ')}: remove that, or name another`;
  }
  return undefined;
}

/** What a device that stays may not be or carry; where the machine itself lives on it, its user must agree. */
function unshareable(state: UplinkState, { network, consent }: Shared): string | undefined {
  const { ifname, flags, addr_info: addresses } = state.link;
  const carried = life(state);
  const taken = addresses.find((address) => address.family === 'inet' && overlaps(network, address));
  if (!flags.includes('UP')) {
    return `is down, and a device that stays with the machine is left as it is: bring it up with \`ip link set ${ifname} up\`, or name another`;
  }
  if (state.ipvlans.length > 0) {
    return `has ipvlan devices on top, and a benchmark would change their mode: remove ${state.ipvlans.join(', ')}, or name another`;
  }
  if (taken) {
    return `has the address ${taken.local}/${taken.prefixlen}, and containers would take addresses of ${network} on that network: name another`;
  }
  if (carried && !consent) {
    return `${carried}, and the traffic of a benchmark would share it: --share-default-route allows that, best with --rate-cap, or name another`;
  }
  return undefined;
}

/** Whether a network has addresses in common with the one that an address is in. */
function overlaps(network: string, { local, prefixlen }: Address): boolean {
  const [base = '', prefix] = network.split('/');
  const both = new BlockList();
  both.addSubnet(base, Math.min(Number(prefix), prefixlen));
  return both.check(local);
}

/** How the machine itself lives on the device. */
function life({ routes, sshPeers }: UplinkState): string | undefined {
  if (routes.some(({ dst }) => dst === 'default')) return 'holds a default route';
  if (sshPeers.length > 0) return `carries the SSH session of ${sshPeers.join(', ')}`;
  return undefined;
}
