/** A plan is data: what would be run where to build one cell's topology, and what must hold once it stands. */

/**
 * Where a step runs: the node's own namespace, the switch behind the uplink, or a container; `machine` is the machine's
 * own network, outside the testbed, where an uplink is that stays there.
 */
export type Place =
  { kind: 'node' } | { kind: 'switch' } | { kind: 'container'; name: string } | { kind: 'machine' };

/** One change to the testbed. Steps of `ip` in one place are sent as one `ip -batch`, those of `tc` as one `tc -batch`. */
export interface Step {
  place: Place;
  /** The words of the command, the program first. Only letters, digits and `_./:=,@%+-`. */
  argv: string[];
  /** The command that takes it back, run in the same place; absent where removing the namespace is enough. */
  undo?: string[];
}

/** Addresses are IPv4 with a prefix length: `10.0.1.7/16`. */
export interface Container {
  /** Also the name of its network namespace: `s1`, `c1`. */
  name: string;
  role: 'server' | 'client';
  /** Index of the node that it is on. */
  node: number;
  /** 1-based number of the pair. */
  pair: number;
  /** Without prefix length. */
  address: string;
  prefix: number;
  /** The device inside the container: `eth0`; `lo` for the host driver. */
  device: string;
}

/** A path that the driver promises to work, or not to. `host` is the node's own stack. */
export interface ReachRule {
  from: 'client' | 'host';
  to: 'server' | 'other-node' | 'host';
  works: boolean;
  /** Why, in a clause. */
  because: string;
}

/** How the flows' counters are read (METHOD.md, section 2). */
export type CounterSource = 'device' | 'shared-namespace';

/** What is made on one node. */
export interface NodePlan {
  /** Devices and namespaces, in the order in which they are made; undo runs the other way round. */
  steps: Step[];
}

export interface TopologyPlan {
  nodes: NodePlan[];
  /** Of all nodes. */
  containers: Container[];
  reach: ReachRule[];
  counters: CounterSource;
  /** Of every device on the way. */
  mtu: number;
}
