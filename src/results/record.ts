/**
 * What is written down, in words: one `ExperimentHeader` per results folder (experiment.json) and one `RunRecord`
 * per run (a line of runs.jsonl). Rates are bit/s, sizes bytes, times seconds; shares are fractions of 1.
 * A figure that could not be had is absent, never 0.
 */
import type { Failure } from '../failures.js';
import type { Cell, Scenario } from '../scenario/scenario.js';

/** Raised when a reader of the old format would misread the new one. */
export const FORMAT_VERSION = 1;

export interface ExperimentHeader {
  format: number;
  /** Name of the results folder. */
  id: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  benchVersion: string;
  scenario: Scenario;
  /** What this machine can't measure. */
  unavailable: Unavailable[];
  /** What the measurement ran on, one per node. */
  environments: Environment[];
  /** Whether the nodes are emulated on one machine, or in a user-mode kernel: verdicts then say "in emulation". */
  emulated: boolean;
  /** Of the slowest link between nodes, bit/s, where it is known. */
  lineRate?: number;
}

/** A driver that a machine can't run, or an MTU that its uplink has not, with the reason; their cells are not measured. */
export type Unavailable = { driver: string; because: string } | { mtu: number; because: string };

/** The physical interface that a node's containers were attached to. */
export interface UplinkConditions {
  name: string;
  /** Moved into the testbed, or left with the machine. */
  mode: 'moved' | 'shared';
  /** What the node's clients could send together by way of it, bit/s; absent: what they can. */
  rateCap?: number;
}

/** Conditions of one node; `facts` holds everything else that was read, as printed. */
export interface Environment {
  node: string;
  kernel: string;
  bootId: string;
  iperf3: string;
  cpuModel: string;
  cpus: number;
  memoryBytes: number;
  /** `none`, or what runs us: `kvm`, `uml`, ... */
  virtualization: string;
  /** Warnings of doctor when the experiment began. */
  warnings: string[];
  /** Absent where the node has none of its own. */
  uplink?: UplinkConditions;
  facts: Record<string, string>;
}

/**
 * What tells a flow's goodput: the server's device, what the server's process has read, or iperf3. Earlier records of the
 * host driver have `socket` (TCP) and `iperf3-server` (UDP; over the flow's own span and not the window).
 */
export type FlowSource = 'device' | 'process' | 'socket' | 'iperf3-server' | 'iperf3-sender' | 'none';

/** One pair's traffic. */
export interface FlowRecord {
  pair: number;
  /** Payload received in the window, bit/s. Absent if no counter tells it (then `source` is `none`). */
  goodput?: number;
  source: FlowSource;
  /** From the release to the first payload that arrived after it. */
  lateness?: number;
  /** How long the client was held, connected, until all others were; its iperf3 means leave this time out. */
  held?: number;
  /** Connected, and sent before the window, but nothing in it: counts as 0. */
  starved?: boolean;
  /** What iperf3 said of the whole test. */
  iperf3: {
    /** Sender's and receiver's own mean over the flow's own span, bit/s. */
    sentMean?: number;
    receivedMean?: number;
    sentBytes?: number;
    receivedBytes?: number;
    retransmits?: number;
  };
  /** Datagrams in the window, from the kernel's counters at each end. */
  udp?: UdpCounts;
  /** CPUs that the two processes were bound to; absent when they were not. */
  cpus?: { server: number; client: number };
  /** Where the two ran; absent where there is one node. */
  nodes?: { server: string; client: string };
}

export interface UdpCounts {
  sent: number;
  received: number;
  /** Dropped for want of socket buffer at the receiver. */
  receiveBufferErrors: number;
  /** Other receive errors (checksum, no memory). */
  receiveErrors: number;
  /** Fragments that could not be put together again. */
  reassemblyFailures: number;
}

/** CPU seconds spent in the window. */
export interface CpuTimes {
  user: number;
  nice: number;
  system: number;
  idle: number;
  iowait: number;
  irq: number;
  softirq: number;
  steal: number;
}

export interface NodeCpu {
  node: string;
  total: CpuTimes;
  perCore: CpuTimes[];
  /** Softirqs handled in the window by kind: NET_RX, NET_TX, TIMER, ... */
  softirqs: Record<string, number>;
}

/** How far a node's clock was ahead of the first node's, in seconds, and how well that is known. */
export interface NodeClock {
  node: string;
  offset: number;
  error: number;
}

/** A node's way to the other nodes. */
export interface UplinkRecord {
  node: string;
  name: string;
  /** Whether it is a network card, and not made by software. */
  physical: boolean;
  /** Whether the kernel had it accept frames for all addresses while it was measured. */
  promiscuous: boolean;
}

export interface Window {
  /** What was asked for. */
  asked: number;
  /** What it was, by the node's own clock. */
  seconds: number;
  /** From the release of the flows to the window's opening. */
  openedAfter: number;
}

/** How the sampler did: it must not starve, nor disturb. */
export interface Sampling {
  passes: number;
  /** Longest pass in the window. */
  longestPass: number;
  /** Share of the window spent in passes. */
  share: number;
  /** Largest delay of a pass beyond its due time, in the window. */
  latest: number;
  /** CPU seconds of the sampler in the window; of the node where it took most. */
  cpuSeconds: number;
  /** How it was kept from starving: `own session`, `own session, SCHED_FIFO`. */
  priority: string;
  /** Step of the clock that stamps the passes. */
  clockStep: number;
}

/** A pass's totals within the run, for the throughput-over-time picture: seconds since release, bit/s since the last. */
export interface Beat {
  at: number;
  throughput: number;
}

/** Where a run's time went beyond warm-up and window, in seconds. */
export type Phases = Record<
  'build' | 'prove' | 'servers' | 'clients' | 'release' | 'omit' | 'window' | 'tail' | 'collect' | 'teardown',
  number
>;

/** Everything a run measured once its window closed. */
export interface Measurement {
  window: Window;
  /** The primary result: payload received by all pairs in the window over its length, bit/s. */
  throughput: number;
  throughputSource: 'device' | 'datagrams' | 'iperf3-sender';
  /** The study's method: iperf3's receiver means added up, bit/s; `published-2015` uses the sender's. */
  sumOfFlowMeans?: number;
  /** Counter bytes of the whole test over iperf3's received bytes, as a fraction above or below: 0.004. */
  crossCheck?: number;
  /** Jain's index over the flows' goodput. */
  fairness?: number;
  flows: FlowRecord[];
  udp?: UdpCounts;
  /** TCP segments retransmitted by all senders in the window, and duplicates the receivers saw. */
  tcp?: { retransmits: number; duplicates: number; segmentsReceived: number };
  /** One per node; where nodes are emulated on one machine, that machine's, called `machine`. */
  cpu: NodeCpu[];
  /** Absent where nothing was sampled between the ends. */
  sampling?: Sampling;
  /** Of every node but the first, whose clock stamps everything. */
  clocks?: NodeClock[];
  /** The nodes' uplinks, where containers of several nodes talk. */
  uplinks?: UplinkRecord[];
  /** Clients that did not get through, their hellos lost, and were started anew. */
  reconnects: number;
  beats: Beat[];
}

interface RunHead {
  /** Unique in its experiment: `0001`, `0002`, ... */
  id: string;
  cell: Cell;
  /** Number of the block in the order in which blocks ran, and of the stratum's repetition. */
  block: number;
  repetition: number;
  /**
   * 0 when the block was first begun; a block that was interrupted is rerun whole as the next take, and only
   * the highest take of a (stratum, repetition) counts. Earlier takes are kept, and pair with nothing.
   */
  take: number;
  /** Place in the block, from 0. */
  position: number;
  /** 0 for the first try inside the block; retries count up. */
  attempt: number;
  /** ISO 8601, UTC. */
  startedAt: string;
  phases: Partial<Phases>;
  warnings: string[];
  /** Kernel log lines since the run started, where they may be read. */
  kernelLog?: string[];
}

export type RunStatus =
  | { status: 'ok'; measurement: Measurement }
  /** `measurement` is there if the run got that far; it is kept, and counts for nothing. */
  | { status: 'failed'; failure: Failure; measurement?: Measurement };

export type RunRecord = RunHead & RunStatus;
