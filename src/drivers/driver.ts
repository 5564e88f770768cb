/** What every driver is: pure knowledge of how a container's interface is attached to the network. */
import type { NodeAddress } from '../plan/addresses.js';
import type { Container, CounterSource, Place, ReachRule, Step } from '../plan/plan.js';
import type { DriverId, Topology } from '../scenario/scenario.js';

/** What a machine must have before a driver can run there. */
export type Requirement =
  /** `ip link add ... type <linkType> <ipArgs>` must work. */
  | { kind: 'link-type'; linkType: string; ipArgs: string[] }
  /** The kernel must show a file, which it does if it was built with an option. */
  | { kind: 'kernel-option'; option: string; file: string };

export interface PlanRequest {
  topology: Topology;
  mtu: number;
  /** Of one node. */
  containers: Container[];
  /** The node's device that containers are attached to. */
  uplink: string;
  /** Where that device is: in the node's namespace, or in the machine's own where it stays there. */
  uplinkPlace: Place;
  /** The node itself on the network between nodes; absent where there is one node. */
  self?: NodeAddress | undefined;
  /** The nodes at the other end of that network. */
  others: NodeAddress[];
}

/** What a plan needs of the uplink: nothing, a switch behind it, or one that sends frames back where they came from. */
export type UplinkUse = 'unused' | 'plain' | 'hairpin';

export interface DriverPlan {
  /** Steps that make the containers' devices; their namespaces and the uplink exist already, addresses come after. */
  steps: Step[];
  reach: ReachRule[];
  uplink: UplinkUse;
}

/** A driver's modes and flags, for parsing, help and `bench drivers`. */
export interface Variant {
  /** Canonical: `veth:bridge`, `ipvlan:l3:private`. */
  id: DriverId;
  /** Other ways to write it: `ipvlan:l3:bridge`. */
  aliases?: string[];
  /** As in a chart's legend: `veth + bridge`, `ipvlan l3`. */
  label: string;
  /** Whether pairs on one node can reach each other, or why not. */
  measurable: Record<Topology, true | string>;
  /** Whether its children may stand on an uplink that stays with the machine, or why not; absent: it has none. */
  shares?: true | string;
}

export interface Driver {
  /** The first word of its ids. */
  name: string;
  /** One line for `bench drivers`. */
  summary: string;
  /** `device`: containers have namespaces and devices of their own; `shared-namespace`: they are in the node's. */
  counters: CounterSource;
  /** Every mode and flag, the default first. */
  variants: Variant[];
  requirements: (variant: Variant) => Requirement[];
  /** The largest number of pairs on one node, and what sets it; absent: none known. */
  pairLimit?: (variant: Variant, topology: Topology) => { pairs: number; because: string } | undefined;
  plan: (variant: Variant, request: PlanRequest) => DriverPlan;
}
