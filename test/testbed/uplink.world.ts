/** A small world for the uplink's tests: a network of its own, with an `eth1` that has all an uplink can have. */
import { createLocalNode } from '../../src/nodes/local.js';
import type { Channel, Node } from '../../src/nodes/node.js';

const local = createLocalNode();

/** Its first process: nothing of the machine's own network is touched, and all ends with it. */
const BUILD = `
set -e
read -r outer_pid _ </proc/self/stat
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir /run/netns
ip netns add peer
ip link set lo up
ip link add eth1 mtu 9000 type veth peer name far mtu 9000 netns peer
ip -n peer link set far up
ip link set eth1 txqueuelen 555 alias 'the data port' allmulticast on
echo 3 >/proc/sys/net/ipv6/conf/eth1/accept_ra_rtr_pref
echo 1 >/proc/sys/net/ipv4/conf/eth1/proxy_arp
echo 2 >/proc/sys/net/ipv4/conf/eth1/rp_filter
echo 77 >/proc/sys/net/ipv4/neigh/eth1/gc_stale_time
ip link set eth1 up
ip addr add 10.9.0.1/24 brd + dev eth1
ip addr add 10.9.1.1/24 dev eth1 label eth1:1 valid_lft 5000 preferred_lft 4000
ip addr add 192.0.2.1 peer 192.0.2.2/32 dev eth1
ip addr add 10.9.2.1/24 dev eth1 noprefixroute
ip addr add fd09::1/64 dev eth1
ip route add 10.9.2.0/24 dev eth1 proto kernel scope link src 10.9.2.1 metric 100
ip route add 10.20.0.0/16 via 10.9.0.254 metric 50 mtu 1400 table 100
ip route add 10.21.0.0/16 nexthop via 10.9.0.254 dev eth1 nexthop via 10.9.0.253 dev eth1 weight 3
ip route add 10.22.0.0/16 via 10.8.0.1 dev eth1 onlink
ip route add 10.23.0.0/16 dev lo src 10.9.0.1
ip neigh add 10.9.0.77 lladdr 02:00:00:00:00:77 dev eth1 nud permanent
tc qdisc add dev eth1 root handle 1: tbf rate 1gbit burst 32k latency 10ms
tc qdisc add dev eth1 clsact
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  sleep 0.25
  ip -o -6 addr show dev eth1 | grep -q tentative || break
done
ip -6 route add fd10::/64 via fd09::2 src fd09::1 dev eth1
echo $outer_pid
exec cat
`;

export interface World {
  /** This machine, with every program in the world's namespaces. */
  node: Node;
  /** Runs a command there; its output, or an error if it fails. */
  run(...argv: string[]): Promise<string>;
  /** Whether a process of it lives (a zombie does not). */
  alive(pid: number): Promise<boolean>;
  /** Its processes that have a text in their command line. */
  pids(text: string): Promise<number[]>;
  close(): Promise<void>;
}

export async function createWorld(): Promise<World> {
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child'];
  const keeper = local.spawn(['unshare', ...namespaces, 'sh', '-c', BUILD]);
  const pid = (await said(keeper, /^\d+\n/)).trim();
  const enter = (argv: string[]): string[] => [
    ...['nsenter', '--target', pid, '--net', '--mount', '--pid', '--'],
    ...argv,
  ];
  const started: Channel[] = [];
  const node: Node = {
    name: 'world',
    remote: false,
    close: () => Promise.resolve(),
    exec: (argv, options) => local.exec(enter(argv), options),
    spawn: (argv) => {
      const channel = local.spawn(enter(argv));
      started.push(channel);
      return channel;
    },
  };
  return {
    node,
    run: async (...argv) => {
      const { code, stdout, stderr } = await node.exec(argv);
      if (code !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
      return stdout;
    },
    alive: async (process) => (await node.exec(['readlink', `/proc/${process}/ns/net`])).code === 0,
    pids: async (text) => {
      const { stdout } = await node.exec(['pgrep', '-f', text]);
      return stdout.split('\n').filter(Boolean).map(Number);
    },
    close: async () => {
      for (const channel of started) channel.kill();
      keeper.end();
      await keeper.closed;
    },
  };
}

/** What a program prints until it matches; an error, with what it complained of, if it ends before. */
export function said(channel: Channel, pattern: RegExp): Promise<string> {
  let stdout = '';
  let stderr = '';
  return new Promise((resolve, reject) => {
    channel.onStderr((chunk) => (stderr += chunk));
    channel.onStdout((chunk) => {
      stdout += chunk;
      if (pattern.test(stdout)) resolve(stdout);
    });
    void channel.closed.then((code) => reject(new Error(`ended with ${String(code)}: ${stderr}`)));
  });
}

/**
 * All that an uplink is: link, addresses, routes, neighbours, qdiscs, sysctls, but its index and counters, and the
 * lifetimes that run. Undefined while it is away.
 */
export async function portrait(world: World, name = 'eth1'): Promise<unknown> {
  const read = async (...argv: string[]): Promise<Record<string, unknown>[]> =>
    JSON.parse(await world.run(...argv)) as Record<string, unknown>[];
  if ((await world.node.exec(['ip', 'link', 'show', 'dev', name])).code !== 0) return undefined;
  const [link] = await read('ip', '-j', '-d', 'addr', 'show', 'dev', name);
  const addresses = link?.['addr_info'] as Record<string, unknown>[];
  return {
    link: { ...link, ifindex: undefined, addr_info: addresses.map(withoutClock) },
    routes4: await read('ip', '-j', '-d', '-4', 'route', 'show', 'table', 'all'),
    routes6: (await read('ip', '-j', '-d', '-6', 'route', 'show', 'table', 'all')).sort(byText),
    neighbours: await read('ip', '-j', 'neigh', 'show', 'dev', name, 'nud', 'permanent'),
    qdiscs: await read('tc', '-j', 'qdisc', 'show', 'dev', name),
    sysctls: await world.run('sh', '-c', `grep -rs '' /proc/sys/net/ipv[46]/*/${name}; true`),
  };
}

/** Lifetimes in thousands of seconds, begun or whole: they run on while the uplink is away. */
function withoutClock(address: Record<string, unknown>): Record<string, unknown> {
  const thousands = (key: string): number => Math.ceil(Number(address[key]) / 1000);
  return {
    ...address,
    valid_life_time: thousands('valid_life_time'),
    preferred_life_time: thousands('preferred_life_time'),
  };
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
