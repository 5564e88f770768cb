/** The proof before a measurement: MTUs are what was asked, and packets of that size get through end to end. */
import { fail } from '../failures.js';
import { shellWords } from '../nodes/shell.js';
import type { Testbed } from '../nodes/testbed.js';
import type { Container, TopologyPlan } from '../plan/plan.js';
import { netnsOf, type Device } from './build.js';

/** IPv4 and ICMP headers. */
const PING_HEADERS = 20 + 8;
const PING_SECONDS = 2;

/** Checks the MTU of every device that the plan made or set. Errors: `mtu`, naming the first one that differs. */
export function proveDevices(devices: Device[], plan: TopologyPlan): void {
  const planned = new Set(plan.steps.flatMap(({ argv }) => argv));
  const onTheWay = devices.filter(
    ({ name }) => planned.has(name) && (name !== 'lo' || plan.counters === 'shared-namespace'),
  );
  const wrong = onTheWay.find(({ mtu }) => mtu !== plan.mtu);
  if (wrong) {
    const { name, place, mtu } = wrong;
    fail('mtu', `every device on the way must have MTU ${plan.mtu}, and ${name} (\`${place}\`) has ${mtu}`);
  }
}

/**
 * Sends one unfragmentable ping of the full size from every client to its server, in parallel.
 * Errors: `mtu` where only the full size fails, `reach` where nothing gets through.
 */
export async function provePaths(testbed: Testbed, plan: TopologyPlan): Promise<void> {
  const paths = pathsOf(plan);
  const tooLarge = await failing(testbed, plan, paths, plan.mtu - PING_HEADERS);
  const stillTooLarge =
    tooLarge.length > 0 ? await failing(testbed, plan, tooLarge, plan.mtu - PING_HEADERS) : [];
  if (stillTooLarge.length === 0) return;
  const silent = await failing(testbed, plan, stillTooLarge, 56);
  const { client, server } = silent[0] ?? stillTooLarge[0]!;
  if (silent.length === 0) {
    fail(
      'mtu',
      `packets of ${plan.mtu} bytes do not get from ${client.name} to ${server.name}, smaller ones do`,
    );
  }
  fail('reach', `${client.name} can't reach ${server.name} (${silent.length} of ${paths.length} pairs)`);
}

/** One path per pair; pairs that share a namespace share their only path. */
function pathsOf({ containers, counters }: TopologyPlan): Path[] {
  const servers = new Map(
    containers.filter(({ role }) => role === 'server').map((server) => [server.pair, server]),
  );
  const clients = containers.filter(({ role }) => role === 'client');
  const apart = counters === 'shared-namespace' ? clients.slice(0, 1) : clients;
  return apart.map((client) => ({ client, server: servers.get(client.pair)! }));
}

interface Path {
  client: Container;
  server: Container;
}

async function failing(testbed: Testbed, plan: TopologyPlan, paths: Path[], bytes: number): Promise<Path[]> {
  const pings = paths.map(({ client, server }, at) => {
    const ping = [
      'ping',
      '-q',
      '-c',
      '1',
      '-W',
      String(PING_SECONDS),
      '-M',
      'do',
      '-s',
      String(bytes),
      server.address,
    ];
    const words = shellWords(['nsenter', `--net=${netnsOf(plan, client)}`, ...ping]);
    return `attempt ${at} ${words} & pings="$pings $!"`;
  });
  const { output } = await testbed.run(['pings=', ...pings, 'wait $pings'].join('\n'));
  return [...output.matchAll(/^@failed (\d+)/gm)].map(([, at]) => paths[Number(at)]!);
}
