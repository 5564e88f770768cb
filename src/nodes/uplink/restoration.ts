/** From an uplink's state to what gives it back: the journal, a line per command, in the order in which they work. */
import {
  FOREVER,
  type Address,
  type Link,
  type NextHop,
  type Qdisc,
  type Route,
  type UplinkState,
} from './state.js';

export interface Restoration {
  /**
   * Lines of one verb and its words: `uplink NAME MAC` (finds the device), `sysctl PATH VALUE`,
   * `address VALID PREFERRED WORDS` (deadlines in seconds since boot, or `forever`), `ip WORDS`, `tc WORDS`.
   */
  journal: string[];
  /** What could not be given back, each as a noun: `its qdisc htb`. */
  impossible: string[];
}

/** Words that stand for themselves in a journal. */
const PLAIN_LINE = /^[A-Za-z0-9_./:=,@%+ \t-]*$/;

/** Says how an uplink is given back as it was; pure. */
export function planRestoration(state: UplinkState): Restoration {
  const { link } = state;
  const addresses = link.addr_info.filter(({ temporary }) => !temporary);
  const routes = state.routes.filter((route) => !(route.table === 'local' && route.protocol === 'kernel'));
  const qdiscs = state.qdiscs.filter(({ handle }) => handle !== '0:');
  const journal = [
    `uplink ${link.ifname} ${link.address}`,
    `ip link set dev ${link.ifname} ${settings(link)}`,
    ...state.sysctls.map(({ path, value }) => `sysctl ${path} ${value}`),
    `ip link set dev ${link.ifname} ${link.flags.includes('UP') ? 'up' : 'down'}`,
    ...addresses.flatMap((address) => addressLines(address, link.ifname, state.uptime)),
    ...routes.sort(byDependence).map((route) => `ip ${routeWords(route).join(' ')}`),
    ...state.neighbours.map(
      ({ dst, lladdr }) =>
        `ip neigh replace ${dst} dev ${link.ifname}${lladdr ? ` lladdr ${lladdr}` : ''} nud permanent`,
    ),
    ...qdiscs
      .sort(byHandle)
      .map((qdisc) => `tc qdisc add dev ${link.ifname} ${qdiscWords(qdisc)?.join(' ')}`),
  ];
  return {
    journal,
    impossible: [
      ...(link.address ? [] : ['a device without a link-layer address']),
      ...(link.xdp ? ['its XDP program'] : []),
      ...(state.filtered ? ['its traffic-control filters'] : []),
      ...routes.flatMap((route) => unknownWords(route).map((word) => `${word} of its route to ${route.dst}`)),
      ...qdiscs.filter((qdisc) => !qdiscWords(qdisc)).map(({ kind }) => `its qdisc ${kind}`),
      ...journal.filter((line) => !PLAIN_LINE.test(line)).map((line) => JSON.stringify(line)),
    ],
  };
}

function settings(link: Link): string {
  const onOff = (flag: string): string => (link.flags.includes(flag) ? 'on' : 'off');
  return [
    `mtu ${link.mtu}`,
    ...(link.txqlen === undefined ? [] : [`txqueuelen ${link.txqlen}`]),
    `promisc ${onOff('PROMISC')} allmulticast ${onOff('ALLMULTI')} multicast ${onOff('MULTICAST')}`,
    `arp ${link.flags.includes('NOARP') ? 'off' : 'on'}`,
  ].join(' ');
}

/** IPv6 addresses are taken without a second test for duplicates, so that routes from them can follow at once. */
function addressLines(address: Address, device: string, uptime: number): string[] {
  const deadline = (seconds: number): string =>
    seconds === FOREVER ? 'forever' : String(Math.floor(uptime + seconds));
  const lifetimes = `${deadline(address.valid_life_time)} ${deadline(address.preferred_life_time)}`;
  const words = addressWords(address, device).join(' ');
  if (address.family !== 'inet6') return [`address ${lifetimes} add ${words}`];
  const asItWas = `address ${lifetimes} change ${words}`;
  return [`address ${lifetimes} add ${words} nodad`, address.nodad ? `${asItWas} nodad` : asItWas];
}

function addressWords(address: Address, device: string): string[] {
  const { local, prefixlen, broadcast, scope, label, metric } = address;
  const flags = (['noprefixroute', 'home', 'mngtmpaddr', 'autojoin'] as const).filter(
    (flag) => address[flag],
  );
  return [
    ...(address.address ? [local, 'peer', `${address.address}/${prefixlen}`] : [`${local}/${prefixlen}`]),
    ...['dev', device, 'scope', scope],
    ...(broadcast ? ['broadcast', broadcast] : []),
    ...(label && address.family === 'inet' ? ['label', label] : []),
    ...(metric === undefined ? [] : ['metric', String(metric)]),
    ...flags,
  ];
}

/** Routes without a gateway first: the others' gateways are reached through them. */
function byDependence(a: Route, b: Route): number {
  return Number(hasGateway(a)) - Number(hasGateway(b));
}

function hasGateway(route: Route): boolean {
  return [route, ...(route.nexthops ?? [])].some(({ gateway, via }) => gateway ?? via);
}

/** Words of a route that iproute2 takes as it prints them. */
const ROUTE_WORDS: Record<string, string> = {
  from: 'from',
  tos: 'tos',
  table: 'table',
  protocol: 'proto',
  scope: 'scope',
  metric: 'metric',
  prefsrc: 'src',
  pref: 'pref',
  expires: 'expires',
};

/** Metrics that are plain numbers; with a unit, a name or a lock there is no sure way back. */
const METRICS = new Set(
  'mtu advmss hoplimit initcwnd initrwnd window cwnd ssthresh reordering quickack'.split(' '),
);

const HOP_WORDS = new Set(['dev', 'gateway', 'via', 'weight', 'flags']);
const OTHER_WORDS = new Set(['family', 'type', 'dst', 'metrics', 'nexthops']);

function unknownWords(route: Route): string[] {
  const words = [route, ...(route.nexthops ?? [])].flatMap((part) => Object.keys(part));
  const metrics = (route.metrics ?? []).flatMap((set) => Object.keys(set));
  return [
    ...words.filter((word) => !(word in ROUTE_WORDS || HOP_WORDS.has(word) || OTHER_WORDS.has(word))),
    ...metrics.filter((metric) => !METRICS.has(metric)),
  ];
}

function routeWords(route: Route): string[] {
  const words = Object.entries(ROUTE_WORDS).flatMap(([key, word]) =>
    route[key] === undefined || (key === 'scope' && route.family === 6) ? [] : [word, String(route[key])],
  );
  const metrics = (route.metrics ?? []).flatMap((set) =>
    Object.entries(set).flatMap(([key, value]) => [key, String(value)]),
  );
  const nexthops = (route.nexthops ?? []).flatMap((hop) => ['nexthop', ...hopWords(hop)]);
  return [
    `-${route.family}`,
    'route',
    'add',
    route.type,
    route.dst,
    ...words,
    ...metrics,
    ...hopWords(route),
    ...nexthops,
  ];
}

function hopWords({ gateway, via, dev, weight, flags }: NextHop): string[] {
  return [
    ...(gateway ? ['via', gateway] : []),
    ...(via ? ['via', via.family, via.host] : []),
    ...(dev ? ['dev', dev] : []),
    ...(weight === undefined ? [] : ['weight', String(weight)]),
    ...(flags?.includes('onlink') ? ['onlink'] : []),
  ];
}

function byHandle(a: Qdisc, b: Qdisc): number {
  return Number(b.root ?? false) - Number(a.root ?? false);
}

/** How an option is given to `tc`; it prints rates in bytes per second and times in microseconds. */
type OptionWords = (value: unknown, options: Record<string, unknown>) => string[];

/** Per kind, every option that `tc -j` prints. */
const QDISC_OPTIONS: Record<string, Record<string, OptionWords>> = {
  noqueue: {},
  mq: {},
  clsact: {},
  ingress: {},
  pfifo_fast: { bands: none, priomap: none, multiqueue: none },
  pfifo: { limit: word('limit') },
  bfifo: { limit: word('limit') },
  tbf: { rate: word('rate', 'bps'), burst: burstWords, lat: word('latency', 'us') },
  fq_codel: {
    limit: word('limit'),
    flows: word('flows'),
    quantum: word('quantum'),
    target: word('target', 'us'),
    ce_threshold: word('ce_threshold', 'us'),
    interval: word('interval', 'us'),
    memory_limit: word('memory_limit', 'b'),
    ecn: (value) => [value ? 'ecn' : 'noecn'],
    drop_batch: word('drop_batch'),
  },
};

function word(name: string, unit = ''): OptionWords {
  return (value) => [name, `${String(value)}${unit}`];
}

function none(): string[] {
  return [];
}

/** `tc` turns a burst into whole microseconds at its rate, rounding down: half of one more gives the same again. */
function burstWords(burst: unknown, { rate }: Record<string, unknown>): string[] {
  return ['burst', `${String(Math.round(Number(burst) + Number(rate) / 2e6))}b`];
}

/** Undefined if a word of it has no known way back. */
function qdiscWords({ kind, handle, parent, root, options = {} }: Qdisc): string[] | undefined {
  const known = QDISC_OPTIONS[kind];
  if (!known || Object.keys(options).some((name) => !known[name])) return undefined;
  if (kind === 'clsact' || kind === 'ingress') return [kind];
  const words = Object.entries(options).flatMap(([name, value]) => known[name]?.(value, options) ?? []);
  return [...(root ? ['root'] : ['parent', parent ?? '']), 'handle', handle, kind, ...words];
}
