/** How long a topology takes to build, beside scripts that make the same. */
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from 'simple-statistics';
import { createLocalNode } from '../../src/nodes/local.js';
import { Testbed } from '../../src/nodes/testbed.js';
import { planTopology } from '../../src/plan/topology.js';
import { build } from '../../src/runner/build.js';
import { cellOf, MTU, type DriverName } from './cell.js';
import { compareTimes, seconds, type Finding } from './finding.js';
import { alternate, timed } from './time.js';

const DRIVERS: DriverName[] = ['macvlan', 'veth'];
const PAIRS = [16, 64, 128, 256];
const REPEATS = 5;
const MOST = 1.3;
/** The kernel takes namespaces down some time after their testbed has closed. */
const SETTLE = { seconds: 0.1, perPair: 0.003 };

type Work = (testbed: Testbed) => Promise<unknown>;

export async function setup(): Promise<Finding[]> {
  const findings = [];
  for (const driver of DRIVERS) {
    await requireSameState(driver, PAIRS[0]!);
    for (const pairs of PAIRS) findings.push(await compare(driver, pairs));
  }
  return findings;
}

async function compare(driver: DriverName, pairs: number): Promise<Finding> {
  const time = (work: Work): Promise<number> => inTestbed(pairs, (testbed) => timed(() => work(testbed)));
  const batch = byScript('batch', driver, pairs);
  const { a, b } = await alternate(
    REPEATS,
    () => time(byBench(driver, pairs)),
    () => time(batch),
  );
  const oneByOne = await time(byScript('one-by-one', driver, pairs));
  const ratio = compareTimes(a, b);
  return {
    what: `set-up, ${driver}, ${pairs} pairs`,
    bench: seconds(median(a)),
    against: `ip -batch: ${seconds(median(b))}; one ip for each command: ${seconds(oneByOne)}`,
    ratio: ratio.text,
    limit: { text: `at most ${MOST} times ip -batch`, met: ratio.value <= MOST },
  };
}

const byBench =
  (driver: DriverName, pairs: number): Work =>
  (testbed) =>
    build([testbed], planTopology(cellOf(driver, pairs)));

/** Runs setup/`name`.sh. Errors: throws if it fails. */
function byScript(name: 'batch' | 'one-by-one', driver: DriverName, pairs: number): Work {
  const path = resolve(`test/bench/setup/${name}.sh`);
  return async (testbed) => {
    const { code, output } = await testbed.run(`sh ${path} ${driver} ${pairs} ${MTU}`);
    if (code !== 0) throw new Error(`${name}.sh ended with ${code}: ${output}`);
  };
}

/** Works in a fresh testbed, and waits until the kernel has taken it down. */
async function inTestbed<T>(pairs: number, work: (testbed: Testbed) => Promise<T>): Promise<T> {
  const testbed = await Testbed.open(createLocalNode());
  try {
    return await work(testbed);
  } finally {
    await testbed.close();
    await sleep((SETTLE.seconds + SETTLE.perPair * pairs) * 1000);
  }
}

/** Errors: throws unless both scripts leave behind what the tool does. */
async function requireSameState(driver: DriverName, pairs: number): Promise<void> {
  const stateAfter = (work: Work): Promise<unknown> =>
    inTestbed(pairs, async (testbed) => {
      await work(testbed);
      return readState(testbed);
    });
  const expected = await stateAfter(byBench(driver, pairs));
  for (const name of ['batch', 'one-by-one'] as const) {
    const state = await stateAfter(byScript(name, driver, pairs));
    if (!isDeepStrictEqual(state, expected))
      throw new Error(`${name}.sh does not make the same ${driver} topology`);
  }
}

interface Link {
  ifname: string;
  flags: string[];
  mtu: number;
  group: string;
  master?: string;
  inet6_addr_gen_mode: string;
  linkinfo?: { info_kind: string; info_data?: { mode?: string } };
}

interface Addresses {
  addr_info: { local: string; prefixlen: number }[];
}

/** Every device of every namespace, by place: what it is, whether it is up, and its addresses. */
async function readState(testbed: Testbed): Promise<Record<string, string[]>> {
  const inPlace = (place: string, enter: string): string =>
    `echo "@${place}"; ${enter} ip -d -j link; ${enter} ip -j address`;
  const everywhere = [
    inPlace('node', ''),
    `for path in /run/netns/*; do ${inPlace('$path', 'nsenter --net="$path"')}; done`,
  ];
  const { output } = await testbed.run(everywhere.join('\n'));
  const places = [...output.matchAll(/^@(.*)\n(.*)\n(.*)$/gm)];
  return Object.fromEntries(
    places.map(([, place = '', links = '', addresses = '']) => [
      place,
      describeDevices(JSON.parse(links) as Link[], JSON.parse(addresses) as Addresses[]),
    ]),
  );
}

/** A device in words; both lists are in the order of the devices. */
function describeDevices(links: Link[], addresses: Addresses[]): string[] {
  return links
    .map(({ ifname, flags, mtu, group, master, inet6_addr_gen_mode, linkinfo }, at) => {
      const kind = [linkinfo?.info_kind, linkinfo?.info_data?.mode];
      const has = addresses[at]!.addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`);
      const up = flags.includes('UP');
      return JSON.stringify({ ifname, up, mtu, group, master, inet6_addr_gen_mode, kind, has });
    })
    .sort();
}
