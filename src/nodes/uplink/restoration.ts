/** From an uplink's state to what gives it back: the journal, a line per command, in the order in which they work. */
import { qdiscWords, rootFirst } from './qdisc.js';
import { gatewaysLast, routeWords, unknownWords } from './route.js';
import { FOREVER, type Address, type Link, type UplinkState } from './state.js';

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
    ...routes.sort(gatewaysLast).map((route) => `ip ${routeWords(route).join(' ')}`),
    ...state.neighbours.map(
      ({ dst, lladdr }) =>
        `ip neigh replace ${dst} dev ${link.ifname}${lladdr ? ` lladdr ${lladdr}` : ''} nud permanent`,
    ),
    ...qdiscs
      .sort(rootFirst)
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
