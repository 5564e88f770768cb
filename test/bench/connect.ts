/** How connecting to many nodes and looking at them grows with their number. */
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from 'simple-statistics';
import { openSite } from '../../src/commands/site.js';
import { diagnose } from '../../src/probes/doctor/diagnose.js';
import { compareTimes, seconds, type Finding } from './finding.js';
import { alternate, runNode, timed } from './time.js';

const REPEATS = 7;
/** Milliseconds in which the kernel clears away what the one before has used: it goes on behind its end. */
const SETTLE = 2000;
/** Connections that are made at one time. */
const LANES = 8;
const MOST = 2;

/**
 * Beside one node, as people wait for it: the whole command. Beside that the connections alone, in a process that is warm:
 * there nodes and controller, which share this machine's CPUs, do nothing but work, so that its CPUs set the figure.
 */
export async function connect(names: string[]): Promise<Finding[]> {
  const one = names.slice(0, 1);
  const spent: Spent[] = [];
  const all = async (): Promise<number> => {
    const stop = watchCpus();
    const time = await look(names);
    spent.push(stop());
    return time;
  };
  const here = await alternate(
    REPEATS,
    settled(all),
    settled(() => look(one)),
  );
  const command = await alternate(
    REPEATS,
    settled(() => doctor(names)),
    settled(() => doctor(one)),
  );
  return [
    perLanes(`bench doctor with ${names.length} nodes`, names.length, command, MOST),
    perLanes(`connect to ${names.length} nodes and look at them`, names.length, here),
    cpuTime(spent, names.length),
  ];
}

const settled = (measure: () => number | Promise<number>) => async (): Promise<number> => {
  await sleep(SETTLE);
  return measure();
};

/** Seconds until nodes are connected and looked at, and their connections closed. */
function look(names: string[]): Promise<number> {
  // A switched scenario has two nodes or more.
  const topology = names.length > 1 ? 'switched' : 'local';
  return timed(async () => {
    const site = await openSite({ topology, pairs: 1, nodes: names.join() });
    const want = { drivers: [], topology, protocol: 'tcp', mtu: 1500, pairs: 1 } as const;
    await Promise.all(
      site.stations.map(({ node, uplink }) => diagnose(node, { ...want, drivers: [], uplink })),
    );
    await site.close();
  });
}

/** Seconds that the whole command takes. */
const doctor = (names: string[]): number =>
  runNode(['dist/cli.js', 'doctor', '--nodes', names.join()]).seconds;

function perLanes(
  what: string,
  count: number,
  { a, b }: { a: number[]; b: number[] },
  most?: number,
): Finding {
  const each = a.map((time) => (time * LANES) / count);
  const ratio = compareTimes(each, b);
  return {
    what: `${what}, per ${LANES} of them`,
    bench: seconds(median(each)),
    against: `one node: ${seconds(median(b))}`,
    ratio: ratio.text,
    ...(most === undefined ? {} : { limit: { text: `at most ${most} times`, met: ratio.value <= most } }),
  };
}

/** CPU time in seconds. */
interface Spent {
  machine: number;
  controller: number;
}

/** Watches what all CPUs spend, and this process of it, until the answer is called. */
function watchCpus(): () => Spent {
  const [machine, controller] = [busy(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(controller);
    return { machine: busy() - machine, controller: (user + system) / 1e6 };
  };
}

/** Seconds that the machine's CPUs have worked since it started. */
const busy = (): number =>
  cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + (user + nice + sys + irq) / 1000, 0);

/** Nodes of a lab and their controller share the CPUs: what they spend sets the least time that many can take. */
function cpuTime(spent: Spent[], count: number): Finding {
  const [machine, controller] = [
    median(spent.map((each) => each.machine)),
    median(spent.map((each) => each.controller)),
  ];
  const least = seconds(((machine / cpus().length) * LANES) / count);
  return {
    what: 'CPU time of that per node, with the node itself',
    bench: `${(machine / count).toFixed(3)} s`,
    against: `controller: ${(controller / count).toFixed(3)} s; ${LANES} nodes fill ${cpus().length} CPUs for ${least}`,
  };
}
