/**
 * Whether the tool's runs carry what iperf3 carries when it is started by hand: on the same topology, in turns. Both ends of
 * a pair share a CPU: where the scheduler may choose, the same eight pairs differ by a fifth from run to run.
 */
import { resolve } from 'node:path';
import { createLocalNode } from '../../src/nodes/local.js';
import { planTopology } from '../../src/plan/topology.js';
import { createMeter, type FlowProcesses } from '../../src/probes/meter.js';
import { parsePass } from '../../src/probes/pass.js';
import { build, tearDown } from '../../src/runner/build.js';
import { readNuma } from '../../src/runner/numa.js';
import { placePair, type PairCpus } from '../../src/runner/placement.js';
import type { Rig } from '../../src/runner/rig.js';
import { runCell } from '../../src/runner/run.js';
import type { Cell } from '../../src/scenario/scenario.js';
import { cellOf } from './cell.js';
import { compareRates, type Finding } from './finding.js';
import { inRig } from './rig.js';
import { alternate } from './time.js';

const PAIRS = 8;
const RUNS = 50;
const OMIT = 0.5;
const DURATION = 3;
/** Whole seconds that clients started by hand send: warm-up and window fit. */
const HAND_SECONDS = 4;
const TOLERANCE = 0.03;
const TRIES = 3;

const PLACEMENT = 'same-core';
const CELL: Cell = { ...cellOf('macvlan', PAIRS), placement: PLACEMENT };
const PLAN = planTopology(CELL);
type Place = (pair: number) => PairCpus;

const HAND = resolve('test/bench/goodput/hand.sh');

export async function goodput(): Promise<Finding[]> {
  const numa = await readNuma(createLocalNode());
  const cpusOf = (pair: number): PairCpus => placePair(PLACEMENT, pair, numa)!;
  return inRig(async (rig) => {
    const { a, b } = await alternate(
      RUNS,
      () => byBench(rig, cpusOf),
      () => byHand(rig, cpusOf),
    );
    const what = `goodput, macvlan, ${PAIRS} pairs, each on one CPU, ${RUNS} runs each`;
    return [compareRates({ what, against: 'iperf3 by hand', bench: a, other: b, tolerance: TOLERANCE })];
  });
}

/** Concurrent throughput of a run as an experiment makes it, bit/s. Errors: throws if it fails again and again. */
async function byBench(rig: Rig, cpusOf: Place): Promise<number> {
  let words = '';
  for (let tries = 0; tries < TRIES; tries++) {
    const { measurement, failure } = await runCell({
      rig,
      cell: CELL,
      plan: PLAN,
      omit: OMIT,
      duration: DURATION,
      limits: { crossCheck: 0.02, sampling: 0.1, retransmits: 0.005, steal: 0.05 },
      describe: false,
      cpusOf,
      onPhase: () => undefined,
      onBeat: () => undefined,
    });
    if (measurement && !failure) return measurement.throughput;
    words = failure?.message ?? '';
  }
  throw new Error(`${TRIES} runs failed, the last one so: ${words}`);
}

/** Payload rate between two readings of the servers' counters, bit/s. Errors: throws if the script fails. */
async function byHand({ testbeds }: Rig, cpusOf: Place): Promise<number> {
  const cpus = Array.from({ length: PAIRS }, (_, at) => cpusOf(at + 1).server);
  await build(testbeds, PLAN);
  const { code, output } = await testbeds[0]!.run(
    `sh ${HAND} ${PAIRS} ${OMIT} ${DURATION} ${HAND_SECONDS} ${cpus.join()}`,
  );
  await tearDown(testbeds, PLAN);
  if (code !== 0) throw new Error(`hand.sh ended with ${code}: ${output}`);
  const [open, close] = output.split('@close\n').map((text) => parsePass(text, {}));
  if (!open || close?.devices.size !== PAIRS) throw new Error(`hand.sh did not read all servers: ${output}`);
  const meter = createMeter('tcp', 'device', 0);
  const flows = [...close.devices.keys()].map(asFlow);
  const payload = meter.totalBytes(close, flows) - meter.totalBytes(open, flows);
  return (payload * 8) / (close.begin - open.begin);
}

/** What the meter needs to know of a server that it reads. */
const asFlow = (server: number): FlowProcesses => ({ pair: 0, server, client: 0, device: 'eth0' });
