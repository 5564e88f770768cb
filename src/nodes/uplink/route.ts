/** Routes: from what `ip -j -d route` prints to the words that make one. */
import type { NextHop, Route } from './state.js';

/** What iproute2 prints, and the word by which it takes it. */
const WORDS = [
  ['from', 'from'],
  ['tos', 'tos'],
  ['table', 'table'],
  ['protocol', 'proto'],
  ['scope', 'scope'],
  ['metric', 'metric'],
  ['prefsrc', 'src'],
  ['pref', 'pref'],
  ['expires', 'expires'],
] as const;

/** Metrics that are plain numbers; with a unit, a name or a lock there is no sure way back. */
const METRICS = new Set(
  'mtu advmss hoplimit initcwnd initrwnd window cwnd ssthresh reordering quickack'.split(' '),
);

const KNOWN = new Set<string>([
  ...WORDS.map(([key]) => key),
  ...['family', 'type', 'dst', 'metrics', 'nexthops', 'dev', 'gateway', 'via', 'weight', 'flags'],
]);

/** The arguments of `ip` that make a route. */
export function routeWords(route: Route): string[] {
  const words = WORDS.flatMap(([key, word]) => {
    const meaningless = key === 'scope' && route.family === 6;
    return route[key] === undefined || meaningless ? [] : [word, String(route[key])];
  });
  const metrics = (route.metrics ?? []).flatMap((set) => Object.entries(set).flat().map(String));
  const nexthops = (route.nexthops ?? []).flatMap((hop) => ['nexthop', ...hopWords(hop)]);
  const kind = [`-${route.family}`, 'route', 'add', route.type, route.dst];
  return [...kind, ...words, ...metrics, ...hopWords(route), ...nexthops];
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

/** What a route has that `routeWords` can't say. */
export function unknownWords(route: Route): string[] {
  const words = [route, ...(route.nexthops ?? [])].flatMap((part) => Object.keys(part));
  const metrics = (route.metrics ?? []).flatMap((set) => Object.keys(set));
  return [...words.filter((word) => !KNOWN.has(word)), ...metrics.filter((metric) => !METRICS.has(metric))];
}

/** Sorts routes without a gateway first: the others' gateways are reached through them. */
export function gatewaysLast(a: Route, b: Route): number {
  return Number(hasGateway(a)) - Number(hasGateway(b));
}

function hasGateway(route: Route): boolean {
  return [route, ...(route.nexthops ?? [])].some(({ gateway, via }) => gateway ?? via);
}
