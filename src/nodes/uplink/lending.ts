/** How a physical device of a machine serves as an uplink. */

export const UPLINK_MODES = ['moved', 'shared'] as const;
export type UplinkMode = (typeof UPLINK_MODES)[number];

/** It leaves the machine for the testbed, and is given back. */
export interface Moved {
  mode: 'moved';
}

/** It stays as it is and only gets children. */
export interface Shared {
  mode: 'shared';
  /** Where the children's addresses are: `10.0.0.0/16`. */
  network: string;
  /** Whether the user has said that the machine's own traffic may suffer. */
  consent: boolean;
  /** What clients on this node may send together by way of it, bit/s; absent: what they can. */
  rateCap?: number | undefined;
}

export type Lending = Moved | Shared;

export interface Uplink {
  name: string;
  lending: Lending;
}

/** The name of an uplink that stays with its machine. */
export const stayingUplink = (uplink: Uplink | undefined): string | undefined =>
  uplink?.lending.mode === 'shared' ? uplink.name : undefined;

/** What clients on its node may send together by way of an uplink, bit/s; undefined: what they can. */
export const rateCapOf = (uplink: Uplink | undefined): number | undefined =>
  uplink?.lending.mode === 'shared' ? uplink.lending.rateCap : undefined;
