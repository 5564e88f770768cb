/** The complete scenario and the matrix it spans. Pure data: every default is already filled in. */

export const TOPOLOGIES = ['local', 'switched'] as const;
export const PROTOCOLS = ['tcp', 'udp'] as const;
export const METHODS = ['concurrent', 'published-2015'] as const;
export const PLACEMENTS = ['none', 'same-core', 'split', 'numa-local'] as const;

export type Topology = (typeof TOPOLOGIES)[number];
export type Protocol = (typeof PROTOCOLS)[number];
/** How a figure is made: the default (METHOD.md) or the study's own way, kept for comparison. */
export type Method = (typeof METHODS)[number];
/** Where a pair's two processes run (taskset); `none` leaves it to the scheduler. */
export type Placement = (typeof PLACEMENTS)[number];

/** A driver and how it is used, as people write it: `host`, `veth:bridge`, `ipvlan:l3:private`. Always canonical. */
export type DriverId = string;

/** All factors but the driver: what the drivers of one block have in common. */
export interface Stratum {
  topology: Topology;
  protocol: Protocol;
  method: Method;
  mtu: number;
  pairs: number;
  placement: Placement;
  /** TCP only. */
  congestionControl?: string;
  /** UDP only: payload bytes of one datagram, or `fit` for the largest that the device's MTU carries whole. */
  udpLength?: number | 'fit';
}

/** One point of the matrix. */
export interface Cell extends Stratum {
  driver: DriverId;
}

/** One stratum's drivers, each once, in the order in which they run. */
export interface Block {
  /** Which repetition of the stratum this is, from 0. */
  repetition: number;
  stratum: Stratum;
  drivers: DriverId[];
}

export interface FixedRepeat {
  kind: 'fixed';
  blocks: number;
}

/** Go on until every driver's paired ratio to the reference driver is known precisely enough. */
export interface AdaptiveRepeat {
  kind: 'adaptive';
  min: number;
  max: number;
  /** Half-width of the 95 % interval of the ratio, as a fraction: 0.025. */
  precision: number;
  /** Seconds that the whole experiment may take; absent: no limit. */
  budget?: number;
}

/** Bounds that decide whether a run counts. Fractions unless said otherwise. */
export interface Limits {
  /** Counter bytes against iperf3's: beyond it the run is marked. */
  crossCheck: number;
  /** Share of the window that sampling passes may take. */
  sampling: number;
  /** Retransmitted segments against received: beyond it the run is marked. */
  retransmits: number;
  /** Stolen CPU time in the window: beyond it the run is marked. */
  steal: number;
}

export interface Scenario {
  name: string;
  /** The question asked, in a sentence. */
  question: string;
  topology: Topology;
  protocol: Protocol;
  drivers: DriverId[];
  /** The driver that the others are compared with. */
  reference: DriverId;
  pairs: number[];
  mtu: number[];
  method: Method[];
  placement: Placement[];
  congestionControl: string[];
  udpLength: (number | 'fit')[];
  /** Warm-up in seconds, from the first moment at which every flow is active. */
  omit: number;
  /** Length of the window in seconds. */
  duration: number;
  repeat: FixedRepeat | AdaptiveRepeat;
  seed: number;
  /** How often an invalid run is repeated inside its block. */
  retries: number;
  limits: Limits;
  /** Claims of METHOD.md (`S1`, ...) that this scenario can speak to. */
  claims: string[];
  /** The profile that was applied, if any. */
  profile?: string;
}
