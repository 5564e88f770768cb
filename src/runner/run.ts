/** One run of one cell: build, prove, start, measure, collect, tear down. */
import { BenchError, fail, type Failure } from '../failures.js';
import type { TopologyPlan } from '../plan/plan.js';
import { readContainerFacts } from '../probes/containerFacts.js';
import { createMeter, type FlowProcesses, type Meter } from '../probes/meter.js';
import type { Pass } from '../probes/pass.js';
import type { Measurement, Phases } from '../results/record.js';
import type { Cell, Limits } from '../scenario/scenario.js';
import { datagramBytes } from '../traffic/options.js';
import { connectAndHold, release, type HeldClient } from '../traffic/hold.js';
import { reapPrograms, startPrograms } from '../traffic/programs.js';
import { startServers } from '../traffic/servers.js';
import { build, netnsOf, tearDown } from './build.js';
import { collect, firstFailure, wordsOf, type Collected } from './collect.js';
import { judge } from './judge.js';
import { measure, measurePublished } from './measure.js';
import { clientPrograms, serverPrograms, type PairPrograms } from './pairs.js';
import { proveDevices, provePaths } from './prove.js';
import type { Rig } from './rig.js';
import { Stopwatch, type Phase } from './stopwatch.js';
import { watchWindow } from './window.js';

export interface RunRequest {
  rig: Rig;
  node: string;
  cell: Cell;
  plan: TopologyPlan;
  omit: number;
  duration: number;
  limits: Limits;
  /** Seconds that clients send beyond the end of the window, so that it always fits. */
  slack: number;
  /** Whether the conditions inside a container are to be kept with the samples. */
  describe: boolean;
  /** CPUs of each pair's processes; absent: not bound. */
  cpusOf: (pair: number) => { server: number; client: number } | undefined;
  onPhase: (phase: Phase) => void;
  onBeat: (throughput: number, elapsed: number) => void;
}

export interface RunOutcome {
  phases: Partial<Phases>;
  warnings: string[];
  measurement?: Measurement;
  failure?: Failure;
  /** iperf3's words and the samples, to be kept compressed. */
  raw: unknown;
}

/** Runs one cell. Expected failures are in the outcome; the testbed is left as it was found, or the rig is lost. */
export async function runCell(request: RunRequest): Promise<RunOutcome> {
  const watch = new Stopwatch(request.onPhase);
  const raw: Record<string, unknown> = {};
  const outcome = await attempt(() => measureCell(request, watch, raw));
  watch.begin('teardown');
  const teardown = await attempt(() => tearDown(request.rig.testbed, request.plan));
  watch.stop();
  const failure = outcome.failure ?? teardown.failure;
  return {
    phases: watch.phases,
    warnings: [],
    ...outcome.value,
    ...(failure ? { failure } : {}),
    raw,
  };
}

/** Turns an expected failure into data. */
async function attempt<T>(work: () => Promise<T>): Promise<{ value?: T; failure?: Failure }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof BenchError) return { failure: error.failure };
    throw error;
  }
}

type Judged = Pick<RunOutcome, 'measurement' | 'failure' | 'warnings'>;

async function measureCell(
  request: RunRequest,
  watch: Stopwatch,
  raw: Record<string, unknown>,
): Promise<Judged> {
  const { rig, plan, cell, limits } = request;
  watch.begin('build');
  const devices = await build(rig.testbed, plan);
  watch.begin('prove');
  proveDevices(devices, plan);
  await provePaths(rig.testbed, plan);
  if (request.describe) raw['container'] = await describeContainer(request);
  watch.begin('servers');
  const pairs = await startPairs(request);
  const measured = await (cell.method === 'concurrent' ? concurrent : published)(request, pairs, watch, raw);
  const { measurement } = measured;
  const judgement = judge(measurement, limits, cell);
  const failure = firstFailure(measured.collected, cell.protocol) ?? judgement.failure;
  return { measurement, warnings: judgement.warnings, ...(failure ? { failure } : {}) };
}

interface Measured {
  measurement: Measurement;
  collected: Collected;
}

/** Of the first server; all containers of a plan are made alike. */
async function describeContainer({ rig, plan }: RunRequest): Promise<Record<string, string>> {
  const [server] = plan.containers;
  return server ? readContainerFacts(rig.testbed, { ...server, netns: netnsOf(plan, server) }) : {};
}

async function startPairs(request: RunRequest): Promise<PairPrograms[]> {
  const servers = serverPrograms(request.plan, request.cpusOf);
  const pids = await startServers(request.rig.testbed, request.rig.sampler, servers);
  return clientPrograms(request, pids);
}

/** The default method: connected first, released together, measured in the common window. */
async function concurrent(
  request: RunRequest,
  pairs: PairPrograms[],
  watch: Stopwatch,
  raw: Record<string, unknown>,
): Promise<Measured> {
  const { rig, cell, plan, omit, duration } = request;
  const { testbed, sampler } = rig;
  const meter = createMeter(cell.protocol, plan.counters, bytesOf(cell));
  await meter.define(sampler, pairs.map(unstarted));
  const first = await sampler.pass('edge', meter.sockets);

  watch.begin('clients');
  const needed = omit + duration + request.slack;
  const { clients, reconnects } = await connectAndHold(testbed, sampler, {
    protocol: cell.protocol,
    clients: pairs,
    meter,
    needed,
    pace: rig.pace,
  });
  await meter.define(sampler, clients);

  watch.begin('release');
  const before = await sampler.pass('beat', meter.sockets);
  const releasedAt = await release(testbed, clients);
  const passes = await watchWindow(sampler, { ...request, flows: clients, meter, releasedAt, before });
  watch.book('release', -(passes.close.end - passes.open.begin + omit));
  watch.book('omit', omit);
  watch.book('window', passes.close.begin - passes.open.begin);
  requireSending(clients, passes.close.end, duration);

  watch.begin('tail');
  const { collected, last } = await finish(request, { clients, meter, now: passes.close.end }, watch);
  Object.assign(raw, { iperf3: collected.texts, passes: passes.all });
  const held = clients.map(({ heldAt }) => releasedAt - heldAt);
  const measurement = measure({
    node: request.node,
    protocol: cell.protocol,
    meter,
    flows: clients,
    passes,
    releasedAt,
    asked: duration,
    first,
    last,
    words: collected.ends.map((ends, at) => wordsOf(ends, held[at]!)),
    held,
    cpus: clients.map(({ pair }) => request.cpusOf(pair)),
    priority: sampler.priority,
    reconnects,
  });
  return { measurement, collected };
}

/** The study's method: clients started in a loop, each for its own span, sender's figures added up. */
async function published(
  request: RunRequest,
  pairs: PairPrograms[],
  watch: Stopwatch,
  raw: Record<string, unknown>,
): Promise<Measured> {
  const { rig, cell, plan, duration } = request;
  const { testbed, sampler } = rig;
  const meter = createMeter(cell.protocol, plan.counters, bytesOf(cell));
  const seconds = Math.ceil(duration);
  watch.begin('clients');
  const startedAt = await sampler.now();
  const pids = await startPrograms(
    testbed,
    pairs.map((pair) => ({ ...pair, argv: pair.argv(seconds) })),
  );
  const flows = pairs.map((pair) => ({ ...pair, client: pids.get(pair.name) ?? 0 }));
  await meter.define(sampler, flows);
  const open = await sampler.pass('edge', meter.sockets);
  const held = flows.map((flow): HeldClient => ({
    ...flow,
    startedAt,
    heldAt: startedAt,
    sendsUntil: startedAt + seconds,
  }));
  watch.begin('window');
  const { collected, last: close } = await finish(request, { clients: held, meter, now: open.end }, watch);
  Object.assign(raw, { iperf3: collected.texts, passes: [open, close] });
  const words = collected.ends.map((ends) => wordsOf(ends, 0));
  return {
    measurement: measurePublished({ node: request.node, open, close, asked: duration, flows, words }),
    collected,
  };
}

/** Waits for the clients to end of themselves, makes the last pass while the servers are there, and reads what both ends say. */
async function finish(
  { rig, cell }: RunRequest,
  { clients, meter, now }: { clients: HeldClient[]; meter: Meter; now: number },
  watch: Stopwatch,
): Promise<{ collected: Collected; last: Pass }> {
  const { testbed, sampler } = rig;
  const patience = Math.max(...clients.map(({ sendsUntil }) => sendsUntil)) - now + HANG_SECONDS;
  const pids = clients.map(({ client }) => client);
  const codes = await reapPrograms(testbed, pids, patience);
  watch.begin('collect');
  const last = await sampler.pass('edge', meter.sockets);
  return { collected: await collect(testbed, cell.protocol, clients, codes), last };
}

/** A client that goes on this long after its time hangs. */
const HANG_SECONDS = 10;

/** Every client must have been sending until the window closed. */
function requireSending(clients: HeldClient[], closedAt: number, asked: number): void {
  const early = clients.filter(({ sendsUntil }) => sendsUntil < closedAt);
  if (early.length === 0) return;
  const missing = closedAt - Math.min(...early.map(({ sendsUntil }) => sendsUntil));
  fail(
    'window-short',
    `${early.length} client(s) ended ${missing.toFixed(2)} s before the window of ${asked} s did`,
  );
}

const bytesOf = (cell: Cell): number => datagramBytes(cell.udpLength ?? 'fit', cell.mtu);

/** A pair whose client has no pid yet: its counters are read at process 1, which is in the node's namespace. */
const unstarted = (pair: PairPrograms): FlowProcesses => ({ ...pair, client: 1 });
