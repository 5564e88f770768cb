/** Who reaches whom, by every driver's own word, as a shell script that tries it. */
import { DRIVERS } from '../../src/drivers/registry.js';
import { commandLine, undoCommands } from '../../src/plan/batch.js';
import type { Place, ReachRule, TopologyPlan } from '../../src/plan/plan.js';
import { NODE } from '../../src/plan/steps.js';
import { planTopology } from '../../src/plan/topology.js';
import type { Cell, DriverId } from '../../src/scenario/scenario.js';

/** A path that a driver says works, or doesn't. */
export interface Path {
  /** Printed by the script if it works: `macvlan:vepa client->server`. */
  name: string;
  works: boolean;
}

const PAIR: Omit<Cell, 'driver'> = {
  topology: 'local',
  protocol: 'tcp',
  method: 'concurrent',
  placement: 'none',
  mtu: 1500,
  pairs: 1,
};

const plans = DRIVERS.flatMap(({ variants }) =>
  variants.map(({ id }) => ({ driver: id, plan: planTopology({ ...PAIR, driver: id }) })),
);

/** Every path that any driver speaks of, in all modes and with all flags. */
export const paths: Path[] = plans.flatMap(({ driver, plan }) =>
  plan.reach.map((rule) => ({ name: nameOf(driver, rule), works: rule.works })),
);

/** For each driver: builds one pair, pings along every path and takes all down again. */
export const reachScript: string = plans.map(({ driver, plan }) => tryPaths(driver, plan)).join('\n');

function tryPaths(driver: DriverId, plan: TopologyPlan): string {
  const lines = [
    ...plan.nodes[0]!.steps.map(commandLine),
    // a plan gives the node no address; with this one it sends to containers by the uplink
    'ip addr add 10.0.3.1/16 dev uplink0',
    ...plan.reach.map((rule) => `${ping(plan, rule)} && echo '${nameOf(driver, rule)}' &`),
    'wait',
    ...undoCommands(plan.nodes[0]!).map(commandLine),
  ];
  return lines.join('\n');
}

function nameOf(driver: DriverId, { from, to }: ReachRule): string {
  return `${driver} ${from}->${to}`;
}

function ping({ containers, counters }: TopologyPlan, { from }: ReachRule): string {
  const of = (wanted: string) => containers.find(({ role }) => role === wanted)!;
  const place: Place =
    from === 'host' || counters === 'shared-namespace'
      ? NODE
      : { kind: 'container', name: of('client').name };
  return commandLine({ place, argv: ['ping', '-q', '-c', '1', '-w', '1', of('server').address] });
}
