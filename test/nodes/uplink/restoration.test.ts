import { describe, expect, it } from 'vitest';
import { planRestoration } from '../../../src/nodes/uplink/restoration.js';
import { lendable } from './fixture.js';

describe('a journal', () => {
  it('gives everything back in an order in which it works', () => {
    expect(planRestoration(lendable())).toMatchInlineSnapshot(`
      {
        "impossible": [],
        "journal": [
          "uplink eth1 42:cb:f2:09:f2:13",
          "ip link set dev eth1 mtu 9000 txqueuelen 555 promisc off allmulticast on multicast on arp on",
          "sysctl /proc/sys/net/ipv4/conf/eth1/proxy_arp 1",
          "sysctl /proc/sys/net/ipv4/conf/eth1/rp_filter 2",
          "sysctl /proc/sys/net/ipv6/conf/eth1/addr_gen_mode 0",
          "sysctl /proc/sys/net/ipv4/neigh/eth1/gc_stale_time 77",
          "sysctl /proc/sys/net/ipv6/neigh/eth1/gc_stale_time 60",
          "ip link set dev eth1 up",
          "address forever forever add 10.9.0.1/24 dev eth1 scope global broadcast 10.9.0.255 label eth1",
          "address 8807 7807 add 10.9.1.1/24 dev eth1 scope global label eth1:1",
          "address forever forever add 192.0.2.1 peer 192.0.2.2/32 dev eth1 scope global label eth1",
          "address forever forever add 10.9.2.1/24 dev eth1 scope global label eth1 noprefixroute",
          "address forever forever add fd09::1/64 dev eth1 scope global nodad",
          "address forever forever change fd09::1/64 dev eth1 scope global",
          "address forever forever add fe80::40cb:f2ff:fe09:f213/64 dev eth1 scope link nodad",
          "address forever forever change fe80::40cb:f2ff:fe09:f213/64 dev eth1 scope link",
          "ip -4 route add unicast 10.9.0.0/24 table main proto kernel scope link src 10.9.0.1 dev eth1",
          "ip -4 route add unicast 10.9.1.0/24 table main proto kernel scope link src 10.9.1.1 dev eth1",
          "ip -4 route add unicast 10.9.2.0/24 table main proto kernel scope link metric 100 src 10.9.2.1 dev eth1",
          "ip -4 route add unicast 10.23.0.0/16 table main proto boot scope link src 10.9.0.1 dev lo",
          "ip -4 route add unicast 192.0.2.2 table main proto kernel scope link src 192.0.2.1 dev eth1",
          "ip -6 route add unicast fd09::/64 table main proto kernel metric 256 pref medium dev eth1",
          "ip -6 route add unicast fe80::/64 table main proto kernel metric 256 pref medium dev eth1",
          "ip -4 route add unicast 10.20.0.0/16 table 100 proto boot scope global metric 50 mtu 1400 via 10.9.0.254 dev eth1",
          "ip -4 route add unicast 10.21.0.0/16 table main proto boot scope global nexthop via 10.9.0.254 dev eth1 weight 1 nexthop via 10.9.0.253 dev eth1 weight 3",
          "ip -4 route add unicast 10.22.0.0/16 table main proto boot scope global via 10.8.0.1 dev eth1 onlink",
          "ip -6 route add unicast fd10::/64 table main proto boot metric 1024 src fd09::1 pref medium via fd09::2 dev eth1",
          "ip neigh replace 10.9.0.77 dev eth1 lladdr 02:00:00:00:00:77 nud permanent",
          "tc qdisc add dev eth1 root handle 1: tbf rate 125000000bps burst 32813b latency 10000us",
          "tc qdisc add dev eth1 clsact",
        ],
      }
    `);
  });

  it('is the same however often it is planned, and leaves the state as it is', () => {
    const state = lendable();
    const copy = structuredClone(state);
    expect(planRestoration(state)).toEqual(planRestoration(state));
    expect(state).toEqual(copy);
  });

  it('ends with a device that is down, if it was', () => {
    const { link } = lendable();
    const { journal } = planRestoration(lendable({ link: { ...link, flags: ['NOARP', 'PROMISC'] } }));
    expect(journal).toContain('ip link set dev eth1 down');
    expect(journal[1]).toContain('promisc on allmulticast off multicast off arp off');
  });

  it('leaves to the kernel what the kernel makes: its own qdisc, local routes, temporary addresses', () => {
    const { link } = lendable();
    const [address] = link.addr_info;
    const { journal } = planRestoration(
      lendable({
        link: { ...link, addr_info: [{ ...address!, local: '2001:db8::77', temporary: true }] },
        qdiscs: [{ kind: 'fq_codel', handle: '0:', root: true }],
      }),
    );
    expect(journal.filter((line) => /2001:db8::77|^tc|table local/.test(line))).toEqual([]);
  });
});
