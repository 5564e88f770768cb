/** What a run takes beyond its warm-up and window: between two nodes of a lab, over SSH and without it, and here. */
import { median } from 'simple-statistics';
import { openSite } from '../../src/commands/site.js';
import { BenchError } from '../../src/failures.js';
import type { Lab } from '../../src/nodes/lab/lab.js';
import { inside, type LabNode } from '../../src/nodes/lab/machine.js';
import { createLocalNode } from '../../src/nodes/local.js';
import type { Node } from '../../src/nodes/node.js';
import { raisePriority } from '../../src/nodes/priority.js';
import { planTopology, type PlannedNode } from '../../src/plan/topology.js';
import { openRig, type Rig, type Station } from '../../src/runner/rig.js';
import { runCell } from '../../src/runner/run.js';
import type { Limits, Topology } from '../../src/scenario/scenario.js';
import { cellOf } from './cell.js';
import { seconds, type Finding } from './finding.js';

const PAIRS = [1, 128];
const BLOCKS = 5;
const OMIT = 0.5;
const DURATION = 1;
/** Seconds. */
const MOST_MORE = 0.5;
/** It is the tool that is looked at: a run counts whatever the network makes of it. */
const LIMITS: Limits = { crossCheck: Infinity, sampling: Infinity, retransmits: Infinity, steal: Infinity };

/** Where runs are made, and how. */
interface Way {
  what: string;
  topology: Topology;
  stations: Station[];
  planned: PlannedNode[];
}

/**
 * All in turns. What SSH costs is the difference to the same nodes, their uplinks, links and switch driven by programs
 * that are started in them from here: a run on this machine alone has neither links with a rate nor uplinks to give back.
 */
export async function perRun({ nodes }: Lab): Promise<Finding[]> {
  const local = createLocalNode();
  await raisePriority(local);
  const names = nodes.map(({ name }) => name).join();
  const site = await openSite({ topology: 'switched', pairs: Math.max(...PAIRS), nodes: names });
  const { stations, planned } = site;
  const entered = stations.map((station, at) => ({ ...station, node: enter(nodes[at]!, local) }));
  const ways: [Way, ...Way[]] = [
    { what: 'over SSH', topology: 'switched', stations, planned },
    { what: 'without SSH', topology: 'switched', stations: entered, planned },
    { what: 'on this machine alone', topology: 'local', stations: [{ node: local }], planned: [{}] },
  ];
  try {
    return compare(await measure(ways), ways);
  } finally {
    await site.close();
  }
}

/** A node of a lab, without SSH. */
function enter({ name, keeper }: LabNode, local: Node): Node {
  return {
    ...local,
    name,
    exec: (argv, options) => local.exec(inside(keeper, argv), options),
    spawn: (argv) => local.spawn(inside(keeper, argv)),
  };
}

interface Sample {
  way: Way;
  pairs: number;
  /** Seconds that the run took beyond what was asked for. */
  beyond: number;
}

/** Measures ways in turns: A B C, C B A, A B C, ... */
async function measure(ways: Way[]): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let block = 0; block < BLOCKS; block++) {
    for (const way of block % 2 === 0 ? ways : ways.toReversed()) {
      const rig = await openRig(way.stations);
      try {
        for (const pairs of PAIRS) samples.push(await run(way, rig, pairs));
      } finally {
        await rig.close();
      }
    }
  }
  return samples;
}

/** Makes one run. Errors: what it fails for, for then the others would not be side by side. */
async function run(way: Way, rig: Rig, pairs: number): Promise<Sample> {
  const cell = { ...cellOf('macvlan', pairs), topology: way.topology };
  const { phases, failure } = await runCell({
    rig,
    cell,
    plan: planTopology(cell, { nodes: way.planned }),
    omit: OMIT,
    duration: DURATION,
    limits: LIMITS,
    describe: false,
    cpusOf: () => undefined,
    onPhase: () => undefined,
    onBeat: () => undefined,
  });
  const beyond = Object.values(phases).reduce((sum, time) => sum + time, -OMIT - DURATION);
  if (failure) throw new BenchError(failure);
  return { way, pairs, beyond };
}

/** The first way beside each of the others; the limit is on what is more than with the second. */
function compare(samples: Sample[], [ssh, ...others]: [Way, ...Way[]]): Finding[] {
  const timeOf = (way: Way, pairs: number): number =>
    median(
      samples.filter((sample) => sample.way === way && sample.pairs === pairs).map(({ beyond }) => beyond),
    );
  return PAIRS.flatMap((pairs) =>
    others.map((other) => {
      const [ours, theirs] = [timeOf(ssh, pairs), timeOf(other, pairs)];
      return {
        what: `time per run beyond warm-up and window, ${pairs} pair(s) ${ssh.what}`,
        bench: seconds(ours),
        against: `${other.what}: ${seconds(theirs)}`,
        ...(other === others[0]
          ? { limit: { text: `at most ${MOST_MORE} s more`, met: ours - theirs <= MOST_MORE } }
          : {}),
      };
    }),
  );
}
