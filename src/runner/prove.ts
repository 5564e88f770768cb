/** The proof before a measurement: MTUs are what was asked, and packets of that size get through end to end. */
import { fail } from '../failures.js';
import { shellWords } from '../nodes/shell.js';
import { onEachNode } from '../nodes/process.js';
import type { Testbed } from '../nodes/testbed.js';
import type { Container, NodePlan, TopologyPlan } from '../plan/plan.js';
import { netnsOf, type Device } from './build.js';

/** IPv4 and ICMP headers. */
const PING_HEADERS = 20 + 8;
const PING_SECONDS = 2;

/** Checks the MTU of every device that the plan made or set. Errors: `mtu`, naming the first one that differs. */
export function proveDevices(devices: Device[][], plan: TopologyPlan): void {
  plan.nodes.forEach((node, at) => proveNode(devices[at]!, node, plan));
}

function proveNode(devices: Device[], { steps }: NodePlan, plan: TopologyPlan): void {
  const planned = new Set(steps.flatMap(({ argv }) => argv));
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
 * Errors: `mtu` where only the full size fails, with the largest that gets through; `reach` where nothing does.
 */
export async function provePaths(testbeds: Testbed[], plan: TopologyPlan): Promise<void> {
  const paths = pathsOf(plan);
  const tooLarge = await failing(testbeds, plan, ofSize(paths, plan.mtu));
  const stillTooLarge = await failing(testbeds, plan, tooLarge);
  if (stillTooLarge.length === 0) return;
  const silent = await failing(testbeds, plan, ofSize(stillTooLarge, SMALL_PACKET));
  const path = silent[0] ?? stillTooLarge[0]!;
  const [client, server] = [path.client.name, path.server.name];
  if (silent.length > 0)
    fail('reach', `${client} can't reach ${server} (${silent.length} of ${paths.length} pairs)`);
  const largest = await largestPacket(testbeds, plan, path);
  const between =
    plan.nodes.length > 1 ? ': all our devices have that MTU, so what lies between the nodes drops them' : '';
  fail(
    'mtu',
    `packets of ${plan.mtu} bytes do not get from ${client} to ${server}, those of up to ${largest} do${between}`,
  );
}

/** An ordinary ping. */
const SMALL_PACKET = 84;

/** Sizes that are tried at one time: more answers at once would not fit into a ping socket's buffer. */
const SIZES = 9;

/** The largest packet that gets through a path that takes small ones. */
async function largestPacket(testbeds: Testbed[], plan: TopologyPlan, path: Path): Promise<number> {
  let [passes, fails] = [SMALL_PACKET, plan.mtu];
  while (fails - passes > 1) {
    const step = Math.ceil((fails - passes) / SIZES);
    const sizes = Array.from({ length: SIZES }, (_, at) => passes + (at + 1) * step).filter(
      (size) => size < fails,
    );
    const probes = sizes.flatMap((size) => ofSize([path], size));
    const [first] = (await failing(testbeds, plan, probes)).sort((a, b) => a.size - b.size);
    fails = first?.size ?? fails;
    passes = Math.max(passes, ...sizes.filter((size) => size < fails));
  }
  return passes;
}

interface Path {
  client: Container;
  server: Container;
}

interface Probe extends Path {
  /** Of the whole IP packet. */
  size: number;
}

const ofSize = (paths: Path[], size: number): Probe[] => paths.map((path) => ({ ...path, size }));

/** One path per pair; pairs that share both their namespaces share their only path. */
function pathsOf({ containers, counters }: TopologyPlan): Path[] {
  const servers = new Map(
    containers.filter(({ role }) => role === 'server').map((server) => [server.pair, server]),
  );
  const paths = containers
    .filter(({ role }) => role === 'client')
    .map((client) => ({ client, server: servers.get(client.pair)! }));
  if (counters === 'device') return paths;
  return [...new Map(paths.map((path) => [`${path.client.node} ${path.server.node}`, path])).values()];
}

/** The probes that got no answer. */
function failing(testbeds: Testbed[], plan: TopologyPlan, probes: Probe[]): Promise<Probe[]> {
  return onEachNode(
    probes,
    ({ client }) => client.node,
    async (node, here) => {
      const pings = here.map((probe, at) => `attempt ${at} ${ping(plan, probe)} & pings="$pings $!"`);
      const { output } = await testbeds[node]!.run(['pings=', ...pings, 'wait $pings'].join('\n'));
      return [...output.matchAll(/^@failed (\d+)/gm)].map(([, at]) => here[Number(at)]!);
    },
  );
}

function ping(plan: TopologyPlan, { client, server, size }: Probe): string {
  const options = `-q -c 1 -W ${PING_SECONDS} -M do -s ${size - PING_HEADERS}`.split(' ');
  return shellWords(['nsenter', `--net=${netnsOf(plan, client)}`, 'ping', ...options, server.address]);
}
