/** What every driver is: pure knowledge of how a container's interface is attached to the network. */
import type { Container, CounterSource, ReachRule, Step } from '../plan/plan.js';
import type { DriverId, Topology } from '../scenario/scenario.js';

/** What a machine must have before a driver can run there. */
export type Requirement =
  | { kind: 'link-type'; linkType: string; ipArgs: string[] }
  | { kind: 'tool'; tool: string; debianPackage: string };

export interface PlanRequest {
  topology: Topology;
  mtu: number;
  containers: Container[];
  /** The node's device that containers are attached to. */
  uplink: string;
}

export interface DriverPlan {
  /** Steps that attach the containers; their namespaces and the uplink exist already. */
  steps: Step[];
  reach: ReachRule[];
  counters: CounterSource;
}

/** A driver's modes and flags, for parsing, help and `bench drivers`. */
export interface Variant {
  /** Canonical: `veth:bridge`, `ipvlan:l3:private`. */
  id: DriverId;
  /** As in a chart's legend: `veth + bridge`, `ipvlan l3`. */
  label: string;
  /** Whether pairs on one node can reach each other, or why not. */
  measurable: Record<Topology, true | string>;
}

export interface Driver {
  /** The first word of its ids. */
  name: string;
  /** One line for `bench drivers`. */
  summary: string;
  /** Every mode and flag, the default first. */
  variants: Variant[];
  requirements: (variant: Variant) => Requirement[];
  /** The largest number of pairs on one node, and what sets it; absent: none known. */
  pairLimit?: (variant: Variant, topology: Topology) => { pairs: number; because: string } | undefined;
  plan: (variant: Variant, request: PlanRequest) => DriverPlan;
}
