/**
 * Test fixture: made-up experiments, plausible in shape and seeded, so that reports can be tested without
 * measuring anything. No figure in here was ever measured.
 */
import { obstacleOf } from '../../src/results/unavailable.js';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { once } from 'node:events';
import type {
  ExperimentHeader,
  FlowRecord,
  Measurement,
  RunRecord,
  UdpCounts,
} from '../../src/results/record.js';
import { FORMAT_VERSION } from '../../src/results/record.js';
import { cellOf, strata } from '../../src/scenario/cells.js';
import type { Cell, Method, Protocol, Scenario, Topology } from '../../src/scenario/scenario.js';

export interface SyntheticOptions {
  id?: string;
  topology?: Topology;
  /** Names of the nodes; emulated ones share one machine. */
  nodes?: string[];
  protocol?: Protocol;
  drivers?: string[];
  pairs?: number[];
  mtu?: number[];
  method?: Method[];
  blocks?: number;
  seed?: number;
  emulated?: boolean;
  unavailable?: ExperimentHeader['unavailable'];
}

/** Total Gbit/s of many TCP pairs per driver in the made-up world; UDP carries less, and loses some. */
const WORLD: Record<string, { tcp: number; udp: number; loss: number }> = {
  host: { tcp: 56, udp: 12, loss: 0.02 },
  'veth:bridge': { tcp: 34, udp: 6.5, loss: 0.31 },
  'macvlan:bridge': { tcp: 47, udp: 9, loss: 0.12 },
  'ipvlan:l3': { tcp: 50, udp: 7, loss: 0.24 },
};

/** Gbit/s of a link between the nodes of the made-up world. */
const LINK = 10;

/** What a scenario of each topology can speak to. */
const CLAIMS: Record<Topology, string[]> = {
  local: ['S1', 'S2', 'S3', 'S4', 'S5'],
  switched: ['S6', 'S7', 'S8', 'S9', 'S10', 'S11'],
};

/** A seeded source of numbers in [0, 1): mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A factor around 1 with the given relative spread. */
function jitter(random: () => number, spread: number): number {
  const bell = random() + random() + random() + random() - 2;
  return Math.exp(bell * spread * 1.7);
}

/** A complete scenario for a synthetic experiment. */
export function syntheticScenario(options: SyntheticOptions = {}): Scenario {
  const { protocol = 'tcp', topology = 'local' } = options;
  return {
    name: `${topology}-${protocol}`,
    question: `How much ${protocol.toUpperCase()} do pairs of containers carry together?`,
    topology,
    protocol,
    drivers: options.drivers ?? Object.keys(WORLD),
    reference: 'veth:bridge',
    pairs: options.pairs ?? [1, 2, 4, 8, 16, 32, 64, 128],
    mtu: options.mtu ?? [1500, 9000],
    method: options.method ?? ['concurrent'],
    placement: ['none'],
    congestionControl: protocol === 'tcp' ? ['cubic'] : [],
    udpLength: protocol === 'udp' ? ['fit'] : [],
    omit: 2,
    duration: 10,
    repeat: { kind: 'fixed', blocks: options.blocks ?? 5 },
    seed: options.seed ?? 1,
    retries: 2,
    limits: { crossCheck: 0.02, sampling: 0.1, retransmits: 0.005, steal: 0.05 },
    claims: CLAIMS[topology],
    profile: 'study',
  };
}

/** The header of a synthetic experiment; its machine does not exist. */
export function syntheticHeader(options: SyntheticOptions = {}): ExperimentHeader {
  const scenario = syntheticScenario(options);
  return {
    format: FORMAT_VERSION,
    id: options.id ?? `synthetic-${scenario.name}`,
    startedAt: '2026-01-01T00:00:00.000Z',
    benchVersion: '0.1.0',
    scenario,
    unavailable: options.unavailable ?? [],
    environments: (options.nodes ?? ['local']).map(syntheticNode),
    emulated: options.emulated ?? false,
  };
}

function syntheticNode(node: string): ExperimentHeader['environments'][number] {
  return {
    node,
    kernel: '6.99.0-synthetic',
    bootId: '00000000-0000-0000-0000-000000000000',
    iperf3: '3.12',
    cpuModel: 'Made-up CPU of a test fixture',
    cpus: 2,
    memoryBytes: 8 * 1024 ** 3,
    virtualization: 'kvm',
    warnings: ['The CPU governor is unknown: the clock may change during a run.'],
    facts: { 'net.ipv4.tcp_congestion_control': 'cubic', 'net.core.rmem_max': '212992' },
  };
}

/** All runs of a synthetic experiment, one by one, in the order of its blocks. */
export function* syntheticRecords(header: ExperimentHeader): Generator<RunRecord> {
  const { scenario } = header;
  const random = randomFrom(scenario.seed);
  const nodes = header.environments.map(({ node }) => node);
  const machines = header.emulated && nodes.length > 1 ? ['machine'] : nodes;
  const drivers = scenario.drivers.filter((driver) => !obstacleOf(header.unavailable, { driver }));
  const repetitions = scenario.repeat.kind === 'fixed' ? scenario.repeat.blocks : scenario.repeat.min;
  let serial = 0;
  let block = 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const stratum of strata(scenario)) {
      const drift = jitter(random, 0.08);
      for (const [position, driver] of drivers.entries()) {
        const id = String(++serial).padStart(5, '0');
        const at = { id, block, repetition, position };
        yield syntheticRun(cellOf(stratum, driver), at, drift, random, machines);
      }
      block++;
    }
  }
}

/** A whole synthetic experiment in memory. */
export function syntheticExperiment(options: SyntheticOptions = {}) {
  const header = syntheticHeader(options);
  return { folder: header.id, header, records: [...syntheticRecords(header)], problems: [] };
}

/** One successful run of a cell. */
export function syntheticRun(
  cell: Cell,
  at: { id: string; block: number; repetition: number; position: number },
  drift = 1,
  random = randomFrom(Number(at.id)),
  machines = ['local'],
): RunRecord {
  return {
    ...at,
    cell,
    take: 0,
    attempt: 0,
    startedAt: new Date(Date.UTC(2026, 0, 1) + Number(at.id) * 15_000).toISOString(),
    phases: {
      build: 0.12,
      prove: 0.05,
      servers: 0.1,
      clients: 0.3,
      release: 0.02,
      omit: 2,
      window: 10,
      tail: 0.5,
    },
    warnings: [],
    status: 'ok',
    measurement: syntheticMeasurement(cell, drift, random, machines),
  };
}

/** The same run as a failure: two flows were missing. */
export function failedRun(run: RunRecord): RunRecord {
  const { measurement: _unused, ...head } = run;
  return {
    ...head,
    status: 'failed',
    failure: {
      reason: 'flow-missing',
      message: 'Flow 2 of 2 sent nothing: iperf3 ended with code 1 before the window.',
    },
  };
}

/** Total bit/s that a cell of the made-up world carries. */
function levelOf(cell: Cell): number {
  const world = WORLD[cell.driver] ?? { tcp: 30, udp: 6, loss: 0.2 };
  const ramp = cell.pairs === 1 ? 0.55 : 1 - 0.03 * Math.log2(cell.pairs / 2);
  const mtu = cell.protocol === 'udp' && cell.mtu > 1500 ? 3 : 1;
  const level = world[cell.protocol] * ramp * mtu;
  return (cell.topology === 'switched' ? Math.min(level, 0.93 * LINK) : level) * 1e9;
}

function syntheticMeasurement(
  cell: Cell,
  drift: number,
  random: () => number,
  machines: string[],
): Measurement {
  const seconds = 10 + 0.02 * random();
  const wanted = (levelOf(cell) * drift * jitter(random, 0.03)) / cell.pairs;
  const flows = Array.from({ length: cell.pairs }, (_, index) =>
    syntheticFlow(cell, index + 1, wanted, seconds, random),
  );
  const throughput = flows.reduce((sum, flow) => sum + (flow.goodput ?? 0), 0);
  const squares = flows.reduce((sum, flow) => sum + (flow.goodput ?? 0) ** 2, 0);
  return {
    window: { asked: 10, seconds, openedAfter: 2.4 },
    throughput,
    throughputSource: cell.method === 'published-2015' ? 'iperf3-sender' : 'device',
    sumOfFlowMeans: flows.reduce((sum, flow) => sum + (flow.iperf3.receivedMean ?? 0), 0),
    crossCheck: 0.004 * random(),
    fairness: throughput ** 2 / (cell.pairs * squares),
    flows,
    ...(cell.protocol === 'udp' ? { udp: flows.map((flow) => flow.udp!).reduce(addUdp) } : {}),
    ...(cell.protocol === 'tcp' ? { tcp: { retransmits: 40, duplicates: 3, segmentsReceived: 3e6 } } : {}),
    cpu: machines.map((node) => syntheticCpu(node, random)),
    sampling: {
      passes: 80,
      longestPass: 0.007,
      share: 0.02,
      latest: 0.03,
      cpuSeconds: 0.08,
      priority: 'own session',
      clockStep: 0.01,
    },
    reconnects: cell.topology === 'switched' && cell.pairs > 16 ? Math.floor(cell.pairs / 16) : 0,
    beats: Array.from({ length: 48 }, (_, index) => ({
      at: 0.25 * (index + 1),
      throughput: throughput * jitter(random, 0.05) * Math.min(1, (index + 1) / 6),
    })),
  };
}

function syntheticFlow(
  cell: Cell,
  pair: number,
  wanted: number,
  seconds: number,
  random: () => number,
): FlowRecord {
  const goodput = Math.round(wanted * jitter(random, cell.pairs === 1 ? 0 : 0.15));
  const lateness = 0.001 * cell.pairs * random();
  const receivedMean = Math.round(goodput * (1 + 0.0018 * cell.pairs * random()));
  const flow: FlowRecord = {
    pair,
    goodput,
    source: cell.driver === 'host' ? 'process' : 'device',
    lateness: Math.round(lateness * 1e4) / 1e4,
    iperf3: {
      sentMean: Math.round(receivedMean * 1.001),
      receivedMean,
      sentBytes: Math.round((receivedMean * 1.001 * 12.5) / 8),
      receivedBytes: Math.round((receivedMean * 12.5) / 8),
    },
  };
  if (cell.protocol === 'tcp') flow.iperf3.retransmits = Math.floor(random() * 20);
  else flow.udp = syntheticUdp(cell, (goodput * seconds) / 8);
  return flow;
}

function syntheticUdp(cell: Cell, bytes: number): UdpCounts {
  const received = Math.round(bytes / (cell.mtu - 28));
  const loss = Math.min(0.9, (WORLD[cell.driver]?.loss ?? 0.2) * (0.6 + 0.1 * Math.log2(cell.pairs)));
  const sent = Math.round(received / (1 - loss));
  return { sent, received, receiveBufferErrors: sent - received, receiveErrors: 0, reassemblyFailures: 0 };
}

function addUdp(a: UdpCounts, b: UdpCounts): UdpCounts {
  return {
    sent: a.sent + b.sent,
    received: a.received + b.received,
    receiveBufferErrors: a.receiveBufferErrors + b.receiveBufferErrors,
    receiveErrors: a.receiveErrors + b.receiveErrors,
    reassemblyFailures: a.reassemblyFailures + b.reassemblyFailures,
  };
}

function syntheticCpu(node: string, random: () => number): Measurement['cpu'][number] {
  const core = () => {
    const softirq = 3 + random();
    return {
      user: 0.4,
      nice: 0,
      system: 5.8 - random(),
      idle: 0.5,
      iowait: 0,
      irq: 0.1,
      softirq,
      steal: 0.05,
    };
  };
  const [first, second] = [core(), core()];
  const total = { ...first };
  for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += second[key];
  return {
    node,
    total,
    perCore: [first, second],
    softirqs: { NET_RX: 912_345, NET_TX: 1_234, TIMER: 5_000 },
  };
}

/** Writes a results folder with at least `runs` runs of 32 flows on average, for measuring the report's own speed. */
export async function writeSyntheticExperiment(folder: string, runs: number): Promise<void> {
  const cells = 8 * 2 * 4;
  const header = syntheticHeader({ blocks: Math.ceil(runs / cells) });
  await writeExperiment(folder, header, syntheticRecords(header));
}

/** Writes a results folder as `bench run` leaves it behind: experiment.json and runs.jsonl. */
export async function writeExperiment(
  folder: string,
  header: ExperimentHeader,
  records: Iterable<RunRecord>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'experiment.json'), JSON.stringify(header, null, 2));
  const out = createWriteStream(join(folder, 'runs.jsonl'));
  for (const record of records) {
    if (!out.write(`${JSON.stringify(record)}\n`)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
}
