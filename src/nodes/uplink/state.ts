/** An uplink as iproute2 describes it (`ip -j -d`): the fields that decide whether it may be lent, and how it comes back. */

export interface UplinkState {
  link: Link;
  /** Every route that would be lost with the device. */
  routes: Route[];
  qdiscs: Qdisc[];
  /** Whether traffic-control filters are attached. */
  filtered: boolean;
  /** Permanent neighbour entries. */
  neighbours: { dst: string; lladdr?: string }[];
  sysctls: { path: string; value: string }[];
  /** Names of devices that stand on it, in this namespace and in others. */
  uppers: string[];
  /** Those of them that are ipvlan: all of one device have one mode. */
  ipvlans: string[];
  wireless: boolean;
  /** Peer addresses of the SSH sessions that it carries. */
  sshPeers: string[];
  /** Seconds since boot when this was read: what an address's lifetime counts from. */
  uptime: number;
}

export interface Link {
  ifindex: number;
  ifname: string;
  flags: string[];
  mtu: number;
  txqlen?: number;
  link_type: string;
  /** Absent where the device has no link-layer address. */
  address?: string;
  master?: string;
  /** What it stands on, or its peer. */
  link?: string;
  linkinfo?: { info_kind?: string };
  /** An XDP program. */
  xdp?: unknown;
  addr_info: Address[];
}

/** Lifetimes are seconds, `FOREVER` for ever. A flag is `true` or absent. */
export interface Address {
  family: string;
  local: string;
  prefixlen: number;
  /** The other end of a point-to-point address. */
  address?: string;
  broadcast?: string;
  scope: string;
  label?: string;
  metric?: number;
  valid_life_time: number;
  preferred_life_time: number;
  noprefixroute?: boolean;
  nodad?: boolean;
  home?: boolean;
  mngtmpaddr?: boolean;
  autojoin?: boolean;
  temporary?: boolean;
}

export const FOREVER = 0xffffffff;

/** What iproute2 may add beyond this is found by its name, and refused. */
export interface Route extends NextHop {
  family: 4 | 6;
  type: string;
  dst: string;
  from?: string;
  tos?: string;
  table: string;
  protocol: string;
  scope?: string;
  metric?: number;
  metrics?: Record<string, unknown>[];
  nexthops?: NextHop[];
  prefsrc?: string;
  pref?: string;
  expires?: number;
}

export interface NextHop {
  dev?: string;
  gateway?: string;
  via?: { family: string; host: string };
  weight?: number;
  flags?: string[];
}

export interface Qdisc {
  kind: string;
  /** `0:` for one that the kernel attached by itself. */
  handle: string;
  parent?: string;
  root?: boolean;
  options?: Record<string, unknown>;
}
