/** Which devices may not be an uplink, and what to do about it. */
import type { Failure } from '../../failures.js';
import { planRestoration } from './restoration.js';
import type { UplinkState } from './state.js';

/**
 * How a physical device is to be used. `moved`: it leaves the machine for the testbed, and is given back.
 * `shared`: it stays and only gets children; where the machine itself lives on it, only with the user's consent.
 */
export type UplinkUse = { mode: 'moved' } | { mode: 'shared'; consent: boolean };

/** Why a device can't be used so, or undefined; pure. */
export function refusal(state: UplinkState, use: UplinkUse): Failure | undefined {
  const message =
    unsuited(state) ?? (use.mode === 'moved' ? unmovable(state) : unshareable(state, use.consent));
  return message === undefined ? undefined : { reason: 'uplink', message: `${state.link.ifname} ${message}` };
}

/** What rules a device out whatever is done with it. */
function unsuited({ link, wireless }: UplinkState): string | undefined {
  if (link.flags.includes('LOOPBACK'))
    return 'is the loopback, which carries no containers: name a network card';
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

function unshareable(state: UplinkState, consent: boolean): string | undefined {
  const carried = life(state);
  if (!carried || consent) return undefined;
  return `${carried}, and the traffic of a benchmark would share it: say so explicitly, or name another`;
}

/** How the machine itself lives on the device. */
function life({ routes, sshPeers }: UplinkState): string | undefined {
  if (routes.some(({ dst }) => dst === 'default')) return 'holds a default route';
  if (sshPeers.length > 0) return `carries the SSH session of ${sshPeers.join(', ')}`;
  return undefined;
}
