/** What nodes over SSH cost, beside the same on this machine: in labs of the benchmark's own. */
import { median } from 'simple-statistics';
import { openSite } from '../../src/commands/site.js';
import { createLocalNode } from '../../src/nodes/local.js';
import { downLab, upLab, type Lab } from '../../src/nodes/lab/lab.js';
import { planTopology } from '../../src/plan/topology.js';
import { build } from '../../src/runner/build.js';
import { openRig } from '../../src/runner/rig.js';
import { cellOf } from './cell.js';
import { connect } from './connect.js';
import { compareTimes, seconds, type Finding } from './finding.js';
import { perRun } from './perRun.js';
import { alternate, timed } from './time.js';

const LAB = 'speed';
const PAIRS = 128;
const REPEATS = 5;
const MOST_SET_UP = 2;

const MANY_NODES = 32;

export async function nodes(): Promise<Finding[]> {
  const many = await inLab(MANY_NODES, connect);
  // Runs come last: this process is in real time from then on.
  const pair = await inLab(2, async (names, lab) => [await setUp(names), ...(await perRun(lab))]);
  return [...pair, ...many];
}

/** Works in a lab, given its nodes' names and itself, and ends it. */
async function inLab<T>(count: number, work: (names: string[], lab: Lab) => Promise<T>): Promise<T> {
  const lab = await upLab({ name: LAB, nodes: count });
  try {
    return await work(
      lab.nodes.map(({ name }) => name),
      lab,
    );
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
