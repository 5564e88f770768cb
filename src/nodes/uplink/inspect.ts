/** Reads what an uplink is and carries. */
import { readFileSync } from 'node:fs';
import { fail } from '../../failures.js';
import type { Node } from '../node.js';
import type { Address, Link, Qdisc, Route, UplinkState } from './state.js';

const SCRIPT = readFileSync(new URL('./inspect.sh', import.meta.url), 'utf8');

/** Names that need no quoting anywhere, as the kernel's own all are. */
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/;

/** Reads an uplink's state. Errors: `uplink` if there is no such device, `tool-missing` without iproute2. */
export async function inspectUplink(node: Node, name: string): Promise<UplinkState> {
  if (!PLAIN_NAME.test(name)) {
    fail('uplink', `an uplink's name has up to 15 letters, digits and _.-, not ${JSON.stringify(name)}`);
  }
  const { stdout } = await node.exec(['sh', '-c', SCRIPT, 'bench-inspect', name], { timeout: 120 });
  return parseUplink(name, stdout);
}

/** Reads the output of inspect.sh; errors as above. */
export function parseUplink(name: string, output: string): UplinkState {
  const topics = splitTopics(output);
  const links = readJson<Link>(topics['links']);
  if (links.length === 0 || !topics['routes4']) {
    fail(
      'tool-missing',
      '`ip -j` tells no devices and routes here: install iproute2 of 2018 or later',
      output,
    );
  }
  const link = readJson<Link>(topics['link']).find(({ ifname }) => ifname === name);
  if (!link) {
    const names = links.map(({ ifname }) => ifname).join(', ');
    fail('uplink', `there is no device ${name}: name another than lo of ${names}`);
  }
  const addresses = new Set(link.addr_info.map(({ local }) => local));
  const uppers = findUppers(link, links, topics['elsewhere']);
  return {
    link,
    routes: [...readRoutes(topics['routes4'], 4), ...readRoutes(topics['routes6'], 6)].filter((route) =>
      dependsOn(route, name, addresses),
    ),
    qdiscs: readJson<Qdisc>(topics['qdiscs']),
    filtered: ['filters', 'filters-in', 'filters-out'].some((topic) => topics[topic]),
    neighbours: readJson(topics['neighbours']),
    sysctls: readSysctls(topics['sysctls']),
    uppers: uppers.map(({ name }) => name),
    ipvlans: uppers.filter(({ ipvlan }) => ipvlan).map(({ name }) => name),
    wireless: Boolean(topics['wireless']),
    sshPeers: findSshPeers(topics, name, link.addr_info),
    uptime: Number.parseFloat(topics['uptime'] ?? '0'),
  };
}

function splitTopics(output: string): Partial<Record<string, string>> {
  const parts = `\n${output}`.split(/\n@([a-z0-9-]+)\n/).slice(1);
  return Object.fromEntries(
    parts.flatMap((part, index) => (index % 2 ? [] : [[part, (parts[index + 1] ?? '').trim()]])),
  );
}

/** The JSON of iproute2, which pads arrays with `{}` for what it filtered out. */
function readJson<T extends object>(text = ''): T[] {
  const entries = JSON.parse(text || '[]') as T[];
  return entries.filter((entry) => Object.keys(entry).length > 0);
}

function readRoutes(text: string | undefined, family: 4 | 6): Route[] {
  return readJson<Omit<Route, 'family'>>(text).map((route) => ({ ...route, family }));
}

/** Through the device, or sent from an address that goes with it. */
function dependsOn(route: Route, name: string, addresses: Set<string>): boolean {
  const hops = [route, ...(route.nexthops ?? [])];
  return hops.some(({ dev }) => dev === name) || addresses.has(route.prefsrc ?? '');
}

function readSysctls(text = ''): { path: string; value: string }[] {
  return text
    .split('\n')
    .map((line) => /^(\/[^:]+):(.*)$/.exec(line))
    .flatMap((match) => (match?.[1] ? [{ path: match[1], value: match[2] ?? '' }] : []));
}

interface Upper {
  name: string;
  ipvlan: boolean;
}

/** `elsewhere` has a device's text on a line (`7: m0@if2: <...> ... macvlan mode bridge`), some of them twice. */
function findUppers(link: Link, here: Link[], elsewhere = ''): Upper[] {
  const children = here.filter((upper) => upper.link === link.ifname && upper.linkinfo?.info_kind !== 'veth');
  const ports = here.filter(({ master }) => master === link.ifname);
  const moved = elsewhere.split('\n').flatMap((line) => {
    const [, name, parent] = /^\d+: ([^@]+)@if(\d+):/.exec(line) ?? [];
    if (Number(parent) !== link.ifindex || line.includes(' veth ')) return [];
    return [[`${name} (in another namespace)`, line.includes(' ipvlan ')] as const];
  });
  return [
    ...[...children, ...ports].map((upper) => ({
      name: upper.ifname,
      ipvlan: upper.linkinfo?.info_kind === 'ipvlan',
    })),
    ...[...new Map(moved)].map(([name, ipvlan]) => ({ name, ipvlan })),
  ];
}

/** Sessions whose own end is an address of the device, and the one we came by if its answers leave through it. */
function findSshPeers(topics: Partial<Record<string, string>>, name: string, addresses: Address[]): string[] {
  const own = new Set(addresses.map(({ local }) => local));
  const [peer = '', , self = ''] = (topics['connection'] ?? '').split(' ');
  const answersHere = readJson<{ dev?: string }>(topics['answer']).some(({ dev }) => dev === name);
  const sessions = (topics['sessions'] ?? '')
    .split('\n')
    .filter((line) => line.includes('("sshd'))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , local = '']) => own.has(addressOf(local)))
    .map(([, , , remote = '']) => addressOf(remote));
  const ours = own.has(addressOf(self)) || (peer && answersHere) ? [addressOf(peer)] : [];
  return [...new Set([...ours, ...sessions])];
}

/** `[::ffff:192.0.2.1]:22`, `[fe80::1%eth1]:22`, `192.0.2.1:22` or a bare address, without all that surrounds it. */
function addressOf(endpoint: string): string {
  const bare = /^\[(.*)\]:\d+$/.exec(endpoint)?.[1] ?? endpoint.replace(/^([^:]*):\d+$/, '$1');
  return bare.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
}
