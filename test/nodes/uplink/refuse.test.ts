import { describe, expect, it } from 'vitest';
import { refusal } from '../../../src/nodes/uplink/refuse.js';
import type { Lending } from '../../../src/nodes/uplink/lending.js';
import type { Link, Route, UplinkState } from '../../../src/nodes/uplink/state.js';
import { lendable } from './fixture.js';

type Shared = Extract<Lending, { mode: 'shared' }>;

const { link, routes } = lendable();

/** To be shared, without consent unless given. */
const shared = (changes: Partial<Shared> = {}): Lending => ({
  mode: 'shared',
  network: '10.0.0.0/16',
  consent: false,
  ...changes,
});

/** Its device otherwise. */
const device = (changes: Partial<Link>): Partial<UplinkState> => ({ link: { ...link, ...changes } });
/** With one route more. */
const route = (changes: Partial<Route> & Record<string, unknown>): Partial<UplinkState> => ({
  routes: [
    ...routes,
    { family: 4, type: 'unicast', dst: '10.30.0.0/16', table: 'main', protocol: 'boot', ...changes },
  ],
});

const UNSUITED: [string, Partial<UplinkState>, string][] = [
  ['is the loopback', device({ flags: ['LOOPBACK', 'UP', 'LOWER_UP'] }), 'is the loopback'],
  ['is no Ethernet', device({ link_type: 'none' }), 'is no Ethernet device but none'],
  ['is wireless', { wireless: true }, 'name a wired device'],
  ['has a master', device({ master: 'bond0' }), 'belongs to bond0'],
  ['is up without carrier', device({ flags: ['NO-CARRIER', 'UP'] }), 'has no carrier'],
];

const VITAL: [string, Partial<UplinkState>, string][] = [
  ['holds a default route', route({ dst: 'default', dev: 'eth1' }), 'holds a default route'],
  ['is a leg of one', route({ dst: 'default', nexthops: [{ dev: 'eth1' }] }), 'holds a default route'],
  [
    'carries SSH sessions',
    { sshPeers: ['10.9.0.9', 'fd09::7'] },
    'carries the SSH session of 10.9.0.9, fd09::7',
  ],
];

const UNMOVABLE: [string, Partial<UplinkState>, string][] = [
  ['has devices on top', { uppers: ['eth1.7', 'm0'] }, 'remove eth1.7, m0, or name another'],
  ['has filters', { filtered: true }, 'its traffic-control filters'],
  ['has an XDP program', device({ xdp: { mode: 1 } }), 'its XDP program'],
  ['has a qdisc with classes', { qdiscs: [{ kind: 'htb', handle: '1:', root: true }] }, 'its qdisc htb'],
  [
    'has a qdisc with an option we don’t know',
    { qdiscs: [{ kind: 'tbf', handle: '1:', root: true, options: { rate: 1, peakrate: 2 } }] },
    'its qdisc tbf',
  ],
  ['has an encapsulating route', route({ encap: 'mpls' }), 'encap of its route to 10.30.0.0/16'],
  ['has a route with a locked metric', route({ metrics: [{ lock: 'mtu' }] }), 'lock of its route'],
  [
    'has a sysctl that is no plain text',
    { sysctls: [{ path: '/proc/x', value: '$(id)' }] },
    'sysctl /proc/x $(id)',
  ],
];

describe('an uplink to be moved', () => {
  it('may be one that can be given back', () => {
    expect(refusal(lendable(), { mode: 'moved' })).toBeUndefined();
  });

  it('may be down, for then nobody knows of a carrier', () => {
    expect(refusal(lendable(device({ flags: ['BROADCAST'] })), { mode: 'moved' })).toBeUndefined();
  });

  it.each([...UNSUITED, ...VITAL, ...UNMOVABLE])('is refused if it %s', (_, changes, reason) => {
    const failure = refusal(lendable(changes), { mode: 'moved' });
    expect(failure?.reason).toBe('uplink');
    expect(failure?.message).toContain(`eth1 `);
    expect(failure?.message).toContain(reason);
  });
});

describe('an uplink to be shared', () => {
  it.each(UNSUITED)('is refused if it %s', (_, changes, reason) => {
    expect(refusal(lendable(changes), shared({ consent: true }))?.message).toContain(reason);
  });

  it.each(VITAL)('that %s needs the user’s consent', (_, changes, reason) => {
    expect(refusal(lendable(changes), shared())?.message).toContain(reason);
    expect(refusal(lendable(changes), shared({ consent: true }))).toBeUndefined();
  });

  it.each<[string, Partial<UplinkState>, Partial<Shared>, string]>([
    ['is down', device({ flags: ['BROADCAST'] }), {}, 'ip link set eth1 up'],
    ['has ipvlan devices on top', { ipvlans: ['i0', 'i1'] }, {}, 'remove i0, i1, or name another'],
    ['is in the containers’ network', {}, { network: '10.0.0.0/8' }, 'has the address 10.9.0.1/24'],
    [
      'is in a network that holds theirs',
      device({ addr_info: [{ ...link.addr_info[0]!, local: '10.7.0.1', prefixlen: 8 }] }),
      {},
      'has the address 10.7.0.1/8',
    ],
  ])('is refused if it %s, also with consent', (_, changes, more, reason) => {
    expect(refusal(lendable(changes), shared({ ...more, consent: true }))?.message).toContain(reason);
  });

  it.each(UNMOVABLE)('may be one that %s, for it stays', (_, changes) => {
    expect(refusal(lendable(changes), shared())).toBeUndefined();
  });
});
