/** What nodes over SSH cost, beside the same on this machine: in labs of the benchmark's own. */
import { median } from 'simple-statistics';
import { openSite } from '../../src/commands/site.js';
import { createLocalNode } from '../../src/nodes/local.js';
import { downLab, upLab } from '../../src/nodes/lab/lab.js';
import { planTopology } from '../../src/plan/topology.js';
import type { RunRecord } from '../../src/results/record.js';
import { build } from '../../src/runner/build.js';
import { openRig } from '../../src/runner/rig.js';
import { cellOf } from './cell.js';
import { connect } from './connect.js';
import { runExperiment } from './experiment.js';
import { compareTimes, seconds, type Finding } from './finding.js';
import { alternate, timed } from './time.js';

const LAB = 'speed';
const PAIRS = 128;
const REPEATS = 5;
const MOST_SET_UP = 2;

const BLOCKS = 5;
const RUN_PAIRS = [1, PAIRS];
/** Seconds. */
const MOST_MORE_PER_RUN = 0.5;
const OMIT = 0.5;
const DURATION = 1;

const MANY_NODES = 32;

export async function nodes(): Promise<Finding[]> {
  const pair = await inLab(2, async (names) => [await setUp(names), ...(await perRun(names))]);
  return [...pair, ...(await inLab(MANY_NODES, connect))];
}

/** Works in a lab, given its nodes' names, and ends it. */
async function inLab<T>(count: number, work: (names: string[]) => Promise<T>): Promise<T> {
  const lab = await upLab({ name: LAB, nodes: count });
  try {
    return await work(lab.nodes.map(({ name }) => name));
  } finally {
    await downLab(LAB);
  }
}

/** From nothing to 2 x 128 containers: connections, testbeds, uplinks and topology. */
async function setUp(names: string[]): Promise<Finding> {
  const cell = cellOf('macvlan', PAIRS);
  const overSsh = (): Promise<number> =>
    timed(async () => {
      const site = await openSite({ topology: 'switched', pairs: PAIRS, nodes: names.join() });
      const rig = await openRig(site.stations);
      const plan = planTopology({ ...cell, topology: 'switched' }, { nodes: site.planned });
      await build(rig.testbeds, plan);
      closing.push(async () => {
        await rig.close();
        await site.close();
      });
    });
  const local = (): Promise<number> =>
    timed(async () => {
      const rig = await openRig([{ node: createLocalNode() }]);
      await build(rig.testbeds, planTopology(cell));
      closing.push(() => rig.close());
    });
  const closing: (() => Promise<void>)[] = [];
  const settled = (measure: () => Promise<number>) => async (): Promise<number> => {
    const time = await measure();
    for (const close of closing.splice(0)) await close();
    return time;
  };
  const { a, b } = await alternate(REPEATS, settled(overSsh), settled(local));
  const ratio = compareTimes(a, b);
  return {
    what: `connect and set up 2 x ${PAIRS} containers, macvlan`,
    bench: seconds(median(a)),
    against: `${2 * PAIRS} on this machine: ${seconds(median(b))}`,
    ratio: ratio.text,
    limit: { text: `at most ${MOST_SET_UP} times`, met: ratio.value <= MOST_SET_UP },
  };
}

/** What a run takes beyond warm-up and window, over SSH and here. */
async function perRun(names: string[]): Promise<Finding[]> {
  const wanted = {
    drivers: 'macvlan',
    reference: 'macvlan',
    pairs: RUN_PAIRS.join(),
    omit: `${OMIT}s`,
    duration: `${DURATION}s`,
    blocks: BLOCKS,
  };
  const local = await runExperiment(wanted);
  const overSsh = await runExperiment({ ...wanted, scenario: 'switched-tcp', nodes: names.join() });
  return RUN_PAIRS.map((pairs) => {
    const [ours, theirs] = [overSsh, local].map((records) => median(beyond(records, pairs)));
    return {
      what: `time per run beyond warm-up and window, ${pairs} pair(s)`,
      bench: seconds(ours!),
      against: `on this machine: ${seconds(theirs!)}`,
      limit: { text: `at most ${MOST_MORE_PER_RUN} s more`, met: ours! - theirs! <= MOST_MORE_PER_RUN },
    };
  });
}

/** Seconds of each run's phases beyond what was asked for. */
function beyond(records: RunRecord[], pairs: number): number[] {
  return records
    .filter(({ cell, status }) => cell.pairs === pairs && status === 'ok')
    .map(({ phases: { omit = 0, window = 0, ...others } }) =>
      Object.values(others).reduce((sum, time) => sum + time, omit - OMIT + (window - DURATION)),
    );
}
