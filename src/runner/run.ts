/** One run of one cell: build, prove, start, measure, judge, tear down. */
import { BenchError, type Failure } from '../failures.js';
import { readContainerFacts } from '../probes/containerFacts.js';
import { createMeter } from '../probes/meter.js';
import type { Measurement, Phases } from '../results/record.js';
import type { Cell } from '../scenario/scenario.js';
import { datagramBytes } from '../traffic/options.js';
import { startServers } from '../traffic/servers.js';
import { build, netnsOf, tearDown } from './build.js';
import { firstFailure } from './collect.js';
import { measureConcurrent } from './concurrent.js';
import { judge, type Bounds } from './judge.js';
import { clientPrograms, serverPrograms } from './pairs.js';
import { proveDevices, provePaths } from './prove.js';
import { measureAsPublished } from './published.js';
import type { Measured, RunRequest } from './request.js';
import { Stopwatch } from './stopwatch.js';

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
  const teardown = await attempt(() => tearDown(request.rig.testbeds, request.plan));
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
  const { rig, plan, cell } = request;
  watch.begin('build');
  const devices = await build(rig.testbeds, plan);
  watch.begin('prove');
  proveDevices(devices, plan);
  await provePaths(rig.testbeds, plan);
  if (request.describe) raw['container'] = await describeContainer(request);
  watch.begin('servers');
  const programs = serverPrograms(plan, request.cpusOf);
  const servers = await startServers(rig.testbeds, rig.sampler, programs);
  const meter = createMeter(cell.protocol, plan.counters, datagramBytes(cell.udpLength ?? 'fit', cell.mtu));
  const method = cell.method === 'concurrent' ? measureConcurrent : measureAsPublished;
  const measured = await method({
    request,
    meter,
    pairs: clientPrograms(request, programs, servers),
    watch,
    raw,
  });
  return judged(measured, cell, boundsOf(request));
}

/** Every node with servers receives by a link of its own. */
function boundsOf({ limits, lineRate, plan }: RunRequest): Bounds {
  const receivers = new Set(plan.containers.filter(({ role }) => role === 'server').map(({ node }) => node));
  return { limits, lineRate: lineRate && lineRate * receivers.size };
}

/** A program that failed explains more than the counters that it left incomplete. */
function judged({ collected, measurement, failure }: Measured, cell: Cell, bounds: Bounds): Judged {
  const judgement = measurement ? judge(measurement, bounds, cell) : { warnings: [] };
  const found = firstFailure(collected, cell.protocol) ?? failure ?? judgement.failure;
  return {
    warnings: judgement.warnings,
    ...(measurement ? { measurement } : {}),
    ...(found ? { failure: found } : {}),
  };
}

/** Of the first server; all containers of a plan are made alike. */
async function describeContainer({ rig, plan }: RunRequest): Promise<Record<string, string>> {
  const [server] = plan.containers;
  return server
    ? readContainerFacts(rig.testbeds[server.node]!, { ...server, netns: netnsOf(plan, server) })
    : {};
}
