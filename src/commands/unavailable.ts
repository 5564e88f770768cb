/** What of a scenario a site can't measure. */
import { driverOf, sharesUplink } from '../drivers/registry.js';
import { fail } from '../failures.js';
import type { Node } from '../nodes/node.js';
import { driversAvailable } from '../probes/doctor/linkTypes.js';
import { otherMtu } from '../probes/doctor/uplink.js';
import type { Unavailable } from '../results/record.js';
import { obstacleOf, subjectOf } from '../results/unavailable.js';
import type { Station } from '../runner/rig.js';
import type { Scenario } from '../scenario/scenario.js';

/** Drivers that a node's kernel, the topology or an uplink that stays can't do, and MTUs that such an uplink has not. */
export async function findUnavailable(stations: Station[], scenario: Scenario): Promise<Unavailable[]> {
  const answers = await Promise.all(stations.map((station) => answersOf(station, stations, scenario)));
  const drivers = scenario.drivers.flatMap((driver, at) => {
    const because = answers.map((ofNode) => ofNode[at]!).find((answer) => answer !== true);
    return because === undefined ? [] : [{ driver, because }];
  });
  return [...drivers, ...(await obstaclesOfMtus(stations, scenario))];
}

/** The scenario without what is unavailable. Errors: `unavailable` if nothing is left of it. */
export function withoutUnavailable(scenario: Scenario, unavailable: Unavailable[]): Scenario {
  const drivers = scenario.drivers.filter((driver) => !obstacleOf(unavailable, { driver }));
  const mtu = scenario.mtu.filter((size) => !obstacleOf(unavailable, { mtu: size }));
  if (drivers.length > 0 && mtu.length > 0) return { ...scenario, drivers, mtu };
  const reasons = unavailable.map((entry) => `${subjectOf(entry)}: ${entry.because}`).join('\n');
  return fail('unavailable', 'this machine can run nothing of what is asked for', reasons);
}

/** Whether each driver can be measured on a node, or why not. */
async function answersOf(
  { node, uplink }: Station,
  stations: Station[],
  { drivers, topology }: Scenario,
): Promise<(true | string)[]> {
  const able = await driversAvailable(node, drivers, topology);
  return drivers.map((driver, at) => {
    const shares = uplink?.lending.mode === 'shared' ? sharesUplink(driver, topology) : true;
    const answer = shares === true ? able[at]! : `${uplink!.name} stays as it is, and ${shares}`;
    return answer === true || told(node, stations, answer);
  });
}

/** Whatever does not use the uplink is left out as well: drivers are compared side by side. */
async function obstaclesOfMtus(
  stations: Station[],
  { drivers, mtu, topology }: Scenario,
): Promise<Unavailable[]> {
  const used = topology === 'switched' || drivers.some((id) => driverOf(id).variant.shares !== undefined);
  const shared = stations.filter(({ uplink }) => used && uplink?.lending.mode === 'shared');
  const found = await Promise.all(
    shared.map(async ({ node, uplink }) => {
      const own = await mtuOf(node, uplink!.name);
      if (own === undefined) return [];
      return mtu
        .filter((size) => size !== own)
        .map((size) => ({ mtu: size, because: told(node, stations, otherMtu(uplink!.name, own, size)) }));
    }),
  );
  return [...new Map(found.flat().map((obstacle) => [obstacle.mtu, obstacle])).values()];
}

/** Undefined where there is no such device, which doctor tells. */
async function mtuOf(node: Node, uplink: string): Promise<number | undefined> {
  const { stdout } = await node.exec(['ip', '-o', 'link', 'show', 'dev', uplink]);
  const mtu = / mtu (\d+) /.exec(stdout)?.[1];
  return mtu === undefined ? undefined : Number(mtu);
}

/** With the node's name, where there are several. */
const told = ({ name }: Node, stations: Station[], because: string): string =>
  stations.length > 1 ? `${name}: ${because}` : because;
