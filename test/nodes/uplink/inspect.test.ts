import { describe, expect, it } from 'vitest';
import { inspectUplink, parseUplink } from '../../../src/nodes/uplink/inspect.js';
import { createLocalNode } from '../../../src/nodes/local.js';
import { PRINTED } from './fixture.js';

/** The fixture with one topic's text replaced. */
function printed(topic: string, text: string): string {
  return PRINTED.replace(new RegExp(`@${topic}\\n[^@]*`), `@${topic}\n${text}\n\n`);
}

describe('an uplink’s state', () => {
  it('has the device with its addresses, sysctls, neighbours and qdiscs', () => {
    const state = parseUplink('eth1', PRINTED);
    expect(state.link).toMatchObject({ ifname: 'eth1', mtu: 9000, txqlen: 555 });
    expect(state.link.addr_info).toHaveLength(6);
    expect(state.sysctls).toContainEqual({ path: '/proc/sys/net/ipv4/conf/eth1/rp_filter', value: '2' });
    expect(state.neighbours).toMatchObject([{ dst: '10.9.0.77', lladdr: '02:00:00:00:00:77' }]);
    expect(state.qdiscs.map(({ kind }) => kind)).toEqual(['tbf', 'clsact']);
    expect(state).toMatchObject({ filtered: false, wireless: false, uptime: 3808.76 });
  });

  it('has the routes that go with it: through it, through it among others, and from its addresses', () => {
    const routes = parseUplink('eth1', PRINTED).routes.map(({ dst }) => dst);
    expect(routes).toEqual(
      expect.arrayContaining(['10.20.0.0/16', '10.21.0.0/16', '10.23.0.0/16', 'fd10::/64']),
    );
    expect(routes).not.toContain('127.0.0.0/8');
  });

  it('has the devices on top of it, its peer not among them', () => {
    expect(parseUplink('eth1', PRINTED).uppers).toEqual(['m0 (in another namespace)']);
  });

  it.each([
    ['the session we came by', printed('sessions', ''), ['10.9.0.9']],
    [
      'no session',
      printed('connection', '').replace('"dev":"eth1","prefsrc":"10.9.0.1","flags":[],"uid"', '"uid"'),
      [],
    ],
    [
      'the session we came by when only the answers leave through it',
      printed('connection', '198.51.100.4 50000 198.51.100.1 22'),
      ['198.51.100.4'],
    ],
    [
      'others’ sessions, IPv4 in IPv6 too, and not those of other programs or devices',
      printed(
        'sessions',
        [
          '0 0 [::ffff:10.9.0.1]:22 [::ffff:10.9.0.5]:59946 users:(("sshd-session",pid=3,fd=21))',
          '0 0 [fd09::1]:2222 [fd09::7]:45986 users:(("sshd",pid=4,fd=23))',
          '0 0 10.9.0.1:80 10.9.0.6:45986 users:(("nginx",pid=5,fd=23))',
          '0 0 198.51.100.1:22 198.51.100.2:45986 users:(("sshd",pid=6,fd=23))',
        ].join('\n'),
      ),
      ['10.9.0.9', '10.9.0.5', 'fd09::7'],
    ],
  ])('tells %s as its SSH sessions', (_, text, peers) => {
    expect(parseUplink('eth1', text).sshPeers).toEqual(peers);
  });

  it('needs a device of that name, and says which there are', () => {
    expect(() => parseUplink('eth7', PRINTED)).toThrow(
      'there is no device eth7: name another than lo of lo, eth1',
    );
  });

  it('needs an `ip` that prints JSON', () => {
    expect(() => parseUplink('eth1', printed('routes4', ''))).toThrow('install iproute2');
    expect(() => parseUplink('eth1', '')).toThrow('install iproute2');
  });

  it.each(['-rf', 'a b', '$(reboot)', '../eth0', 'longer-than-a-name', ''])(
    'refuses the name %j',
    async (name) => {
      await expect(inspectUplink(createLocalNode(), name)).rejects.toThrow('letters, digits');
    },
  );
});
