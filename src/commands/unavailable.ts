/** What of a scenario a site can't measure. */
import { driverOf } from '../drivers/registry.js';
import { fail } from '../failures.js';
import { stayingUplink } from '../nodes/uplink/lending.js';
import { driversAvailable } from '../probes/doctor/requirements.js';
import type { Unavailable } from '../results/record.js';
import { obstacleOf, subjectOf } from '../results/unavailable.js';
import type { Station } from '../runner/rig.js';
import type { Scenario } from '../scenario/scenario.js';

/** Drivers that a node's kernel, the topology or an uplink that stays can't do, and MTUs that such an uplink has not. */
export async function findUnavailable(stations: Station[], scenario: Scenario): Promise<Unavailable[]> {
  const drivers = await obstaclesOfDrivers(stations, scenario);
  const left = scenario.drivers.filter((driver) => !obstacleOf(drivers, { driver }));
  return [...drivers, ...(await findOtherMtus(stations, { ...scenario, drivers: left }))];
}

/** The scenario without what is unavailable. Errors: `unavailable` if nothing is left of it. */
export function withoutUnavailable(scenario: Scenario, unavailable: Unavailable[]): Scenario {
  const drivers = scenario.drivers.filter((driver) => !obstacleOf(unavailable, { driver }));
  const mtu = scenario.mtu.filter((size) => !obstacleOf(unavailable, { mtu: size }));
  if (drivers.length > 0 && mtu.length > 0) return { ...scenario, drivers, mtu };
  const reasons = unavailable.map((entry) => `${subjectOf(entry)}: ${entry.because}`).join('\n');
  return fail('unavailable', 'this machine can run nothing of what is asked for', reasons);
}

async function obstaclesOfDrivers(
  stations: Station[],
  { drivers, topology }: Scenario,
): Promise<Unavailable[]> {
  const answers = await Promise.all(
    stations.map(async (station) => {
      const ofNode = await driversAvailable(station.node, { drivers, topology, uplink: station.uplink });
      return ofNode.map((answer) => answer === true || told(station, stations, answer));
    }),
  );
  return drivers.flatMap((driver, at) => {
    const because = answers.map((ofNode) => ofNode[at]!).find((answer) => answer !== true);
    return because === undefined ? [] : [{ driver, because }];
  });
}

/**
 * MTUs that an uplink has not which stays with its machine. Where any driver stands on it they are left out for all:
 * drivers are compared side by side.
 */
export async function findOtherMtus(
  stations: Station[],
  { drivers, mtu, topology }: Pick<Scenario, 'drivers' | 'mtu' | 'topology'>,
): Promise<Unavailable[]> {
  const used = topology === 'switched' || drivers.some((id) => driverOf(id).variant.shares === true);
  const found = await Promise.all(
    (used ? stations : []).map(async (station) => {
      const own = await stayingMtu(station);
      const name = station.uplink?.name;
      return mtu
        .filter((size) => own !== undefined && size !== own)
        .map((size) => ({
          mtu: size,
          because: told(station, stations, `${name} stays as it is, with an MTU of ${own}`),
        }));
    }),
  );
  return [...new Map(found.flat().map((obstacle) => [obstacle.mtu, obstacle])).values()];
}

/** Undefined where no uplink stays, or there is no such device, which doctor tells. */
async function stayingMtu({ node, uplink }: Station): Promise<number | undefined> {
  const name = stayingUplink(uplink);
  if (name === undefined) return undefined;
  const { stdout } = await node.exec(['ip', '-o', 'link', 'show', 'dev', name]);
  const mtu = / mtu (\d+) /.exec(stdout)?.[1];
  return mtu === undefined ? undefined : Number(mtu);
}

/** With the node's name, where there are several. */
const told = ({ node }: Station, stations: Station[], because: string): string =>
  stations.length > 1 ? `${node.name}: ${because}` : because;
