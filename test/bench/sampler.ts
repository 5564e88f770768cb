/** What sampling costs: the sampler's CPU time with many pairs, and what the traffic loses by it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from 'simple-statistics';
import { planTopology } from '../../src/plan/topology.js';
import { createMeter, definePasses } from '../../src/probes/meter.js';
import type { Pass } from '../../src/probes/pass.js';
import { build } from '../../src/runner/build.js';
import { clientPrograms, serverPrograms } from '../../src/runner/pairs.js';
import type { Rig } from '../../src/runner/rig.js';
import { watchWindow, type WindowRequest } from '../../src/runner/window.js';
import { connectAndHold, release } from '../../src/traffic/hold.js';
import { startServers } from '../../src/traffic/servers.js';
import { cellOf } from './cell.js';
import { runExperiment } from './experiment.js';
import { compareRates, type Finding } from './finding.js';
import { inRig } from './rig.js';
import { alternate } from './time.js';

const MANY_PAIRS = 128;
/** The study's window. */
const DURATION = 10;
const BLOCKS = 2;
/** Of one core. */
const MOST_CPU = 0.01;

const FEW_PAIRS = 8;
const WINDOWS = 20;
const WINDOW_SECONDS = 2;
const WARM_UP = 0.5;

export async function sampler(): Promise<Finding[]> {
  return [await cpuShare(), await inRig(onAndOff)];
}

async function cpuShare(): Promise<Finding> {
  const records = await runExperiment({
    drivers: 'macvlan,veth',
    pairs: String(MANY_PAIRS),
    omit: '500ms',
    duration: `${DURATION}s`,
    blocks: BLOCKS,
  });
  const shares = records.flatMap(({ measurement }) =>
    measurement?.sampling ? [measurement.sampling.cpuSeconds / measurement.window.seconds] : [],
  );
  const worst = Math.max(...shares);
  const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
  return {
    what: `sampler's CPU, ${MANY_PAIRS} pairs, windows of ${DURATION} s`,
    bench: percent(worst),
    against: `most in ${shares.length} runs; median ${percent(median(shares))}`,
    limit: { text: `at most ${percent(MOST_CPU)} of one core`, met: worst <= MOST_CPU },
  };
}

/** Windows with and without sampling inside, in turns, over the same flows. */
async function onAndOff(rig: Rig): Promise<Finding> {
  const request = await startTraffic(rig);
  const rate = (open: Pass, close: Pass): number => {
    const { meter, flows } = request;
    const bytes = meter.totalBytes(close, flows) - meter.totalBytes(open, flows);
    return (bytes * 8) / (close.begin - open.begin);
  };
  await sleep(WARM_UP * 1000);
  const { a, b } = await alternate(
    WINDOWS,
    async () => {
      const { open, close } = await watchWindow(rig.sampler, request);
      return rate(open, close);
    },
    async () => {
      const open = await rig.sampler.pass('edge');
      await sleep(WINDOW_SECONDS * 1000);
      return rate(open, await rig.sampler.pass('edge'));
    },
  );
  const what = `goodput with sampling, macvlan, ${FEW_PAIRS} pairs, ${WINDOWS} windows each`;
  return compareRates({ what, against: 'without', bench: a, other: b });
}

/** Builds a topology and sets its pairs going, for as long as all windows last. */
async function startTraffic({ testbeds, sampler }: Rig): Promise<WindowRequest> {
  const cell = cellOf('macvlan', FEW_PAIRS);
  const plan = planTopology(cell);
  const cpusOf = (): undefined => undefined;
  await build(testbeds, plan);
  const servers = serverPrograms(plan, cpusOf);
  const processes = await startServers(testbeds, sampler, servers);
  const programs = clientPrograms({ plan, cell, cpusOf }, servers, processes);
  const meter = createMeter('tcp', plan.counters, 0);
  const seconds = WARM_UP + 2 * WINDOWS * (WINDOW_SECONDS + 1);
  const { clients } = await connectAndHold(testbeds, sampler, {
    protocol: 'tcp',
    clients: programs,
    meter,
    seconds,
  });
  await definePasses(sampler, meter, clients);
  const before = await sampler.pass('beat');
  const releasedAt = Math.min(...(await release(sampler, clients)).values());
  return {
    flows: clients,
    meter,
    omit: 0,
    duration: WINDOW_SECONDS,
    releasedAt,
    before,
    onPhase: () => undefined,
    onBeat: () => undefined,
  };
}
