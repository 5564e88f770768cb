/** `bench plan`: every command that a run would give, how many runs there would be, and how long they would take. */
import { driverOf, measurable } from '../drivers/registry.js';
import { stayingUplink } from '../nodes/uplink/lending.js';
import { commandLine, undoCommands, type Command } from '../plan/batch.js';
import { estimateScenario, type Amount, type Estimate } from '../plan/estimate.js';
import { refuseImpossible } from '../plan/limits.js';
import type { Place, TopologyPlan } from '../plan/plan.js';
import { planTopology } from '../plan/topology.js';
import { clientPrograms, serverPrograms } from '../runner/pairs.js';
import { cellOf, describeStratum, strata } from '../scenario/cells.js';
import type { Cell, DriverId, Scenario } from '../scenario/scenario.js';
import { formatDuration } from '../units.js';
import type { CommandResult } from './result.js';
import { sketchSite, type SiteOptions, type SiteRequest, type SiteSketch } from './site.js';

/** Where no nodes are named for a switched scenario, two are made up: a plan needs no node to be there. */
export interface PlanOptions extends SiteOptions {
  scenario: Scenario;
  /** Show every cell, and not only each driver's smallest. */
  all: boolean;
  /** Answer `PlanAnswer` as JSON in place of a script for people. */
  json: boolean;
}

export interface PlanAnswer {
  scenario: string;
  /** Of the drivers that can be measured. */
  estimate: Estimate;
  /** Drivers that can't be measured in this topology, on whatever machine. */
  unmeasurable: { driver: DriverId; because: string }[];
  cells: PlannedCell[];
}

/** What is run for one cell, in order; every line can be typed in the node's namespace, or in the place that is told. */
export interface PlannedCell {
  cell: Cell;
  nodes: PlannedPart[];
}

/** What is run on one node. */
export interface PlannedPart {
  /** Absent where there is one. */
  node?: string;
  build: { place: string; commands: string[] }[];
  servers: string[];
  clients: string[];
  tearDown: string[];
}

/** Errors: `scenario` for what no machine can do, `usage`. */
export async function plan(options: PlanOptions): Promise<CommandResult> {
  const { scenario, all, json } = options;
  refuseImpossible(scenario);
  const site = await sketchSite(siteOf(options));
  const unmeasurable = scenario.drivers.flatMap((driver) => {
    const because = whyUnmeasurable(driver, scenario, site);
    return because === true ? [] : [{ driver, because }];
  });
  const drivers = scenario.drivers.filter((id) => !unmeasurable.some(({ driver }) => driver === id));
  const shown = all
    ? strata(scenario)
    : strata({ ...scenario, pairs: [Math.min(...scenario.pairs)] }).slice(0, 1);
  const cells = shown.flatMap((stratum) => drivers.map((driver) => cellOf(stratum, driver)));
  const answer: PlanAnswer = {
    scenario: scenario.name,
    estimate: estimateScenario(scenario, drivers.length),
    unmeasurable,
    cells: cells.map((cell) => planCell(cell, scenario, site)),
  };
  const text = json ? JSON.stringify(answer, null, 2) : script(answer, scenario, all);
  return { text, exitCode: drivers.length > 0 ? 0 : 3 };
}

/** What a switched scenario is planned for where its nodes are not named. */
const USUAL = { nodes: 'node1,node2', uplink: 'eth1' };

function siteOf(options: PlanOptions): SiteRequest {
  const { topology, pairs } = options.scenario;
  const request = { ...options, topology, pairs: Math.max(...pairs) };
  if (topology === 'local') return request;
  return { ...request, nodes: options.nodes ?? USUAL.nodes, uplink: options.uplink ?? USUAL.uplink };
}

/** Whatever the machine's kernel can do. */
function whyUnmeasurable(driver: DriverId, { topology }: Scenario, { uplinks }: SiteSketch): true | string {
  const staying = uplinks.map(stayingUplink).find((name) => name !== undefined);
  return measurable(driverOf(driver), topology, staying);
}

function planCell(cell: Cell, { omit, duration }: Scenario, site: SiteSketch): PlannedCell {
  const topology = planTopology(cell, { nodes: site.planned, roles: site.roles });
  const names = site.specs?.map(({ name }) => name) ?? [];
  const unbound = () => undefined;
  const seconds = Math.ceil(cell.method === 'concurrent' ? omit + duration : duration);
  const servers = serverPrograms(topology, unbound);
  const clients = clientPrograms({ plan: topology, cell, cpusOf: unbound }, servers, new Map());
  const nodes = topology.nodes.map((part, at) => ({
    ...(names.length > 1 ? { node: names[at]! } : {}),
    build: byPlace(part.steps),
    servers: servers
      .filter(({ node }) => node === at)
      .map(({ name, argv }) => inContainer(topology, name, argv)),
    clients: clients
      .filter(({ node }) => node === at)
      .map(({ name, argv }) => inContainer(topology, name, argv(seconds))),
    tearDown: undoCommands(part).map(commandLine),
  }));
  return { cell, nodes };
}

function inContainer({ counters }: TopologyPlan, name: string, argv: string[]): string {
  const place: Place = counters === 'device' ? { kind: 'container', name } : { kind: 'node' };
  return commandLine({ place, argv });
}

/** Consecutive commands of one namespace, together. */
function byPlace(steps: readonly Command[]): PlannedPart['build'] {
  const groups: PlannedPart['build'] = [];
  for (const step of steps) {
    const place = step.place.kind === 'container' ? step.place.name : step.place.kind;
    const line = commandLine(step);
    if (groups.at(-1)?.place === place) groups.at(-1)!.commands.push(line);
    else groups.push({ place, commands: [line] });
  }
  return groups;
}

/** A shell script that explains itself. */
function script(
  { scenario, estimate, unmeasurable, cells }: PlanAnswer,
  { question }: Scenario,
  all: boolean,
): string {
  const head = [
    [scenario, question].filter((text) => text !== '').join(': '),
    takes(estimate),
    ...unmeasurable.map(({ driver, because }) => `${driver} is not measured: ${because}`),
    all
      ? 'Every cell is shown.'
      : 'The smallest cell of each driver is shown; --all shows every cell, --pairs others.',
    'bench gives these commands in a private testbed, as root of it; to try them by hand open one with',
    `  ${TESTBED}`,
    'and in it',
    `  ${TESTBED_BEGIN}`,
  ];
  return [head.map(comment).join('\n'), ...cells.map(scriptOf)].join('\n\n');
}

const TESTBED = 'unshare --map-root-user --net --mount --pid --fork --kill-child --mount-proc sh';
const TESTBED_BEGIN = 'mount -t tmpfs tmpfs /run; mkdir /run/netns; ip link set lo up';

function takes({ most, ...least }: Estimate): string {
  return most ? `at least ${total(least)}; at most ${total(most)}` : total(least);
}

const total = ({ blocks, runs, seconds }: Amount): string =>
  `${runs} runs in ${blocks} blocks, about ${formatDuration(seconds)}`;

function scriptOf({ cell, nodes }: PlannedCell): string {
  const start =
    cell.method === 'concurrent'
      ? 'clients, each held at its first data and all released together; they send for as long as the window needs'
      : 'clients, started one after another';
  const parts = nodes.flatMap(({ node, build, servers, clients, tearDown }) => [
    ...(node === undefined ? [] : [comment(`on ${node}`)]),
    ...build.flatMap(({ place, commands }) => [comment(PLACES[place] ?? `in ${place}`), ...commands]),
    ...titled('servers', servers.map(inBackground)),
    ...titled(start, clients.map(inBackground)),
    ...titled('tear-down, once the clients have ended and the servers were killed', tearDown),
  ]);
  return [comment(`${cell.driver}, ${describeStratum(cell)}`), ...parts].join('\n');
}

const titled = (title: string, lines: string[]): string[] =>
  lines.length > 0 ? [comment(title), ...lines] : [];

const PLACES: Record<string, string> = {
  node: "in the node's namespace",
  switch: 'in the switch behind the uplink',
  machine: "in the machine's own network, as its root; $testbed is the pid there of the testbed's shell",
};

const comment = (text: string): string => `# ${text.replaceAll('\n', '\n# ')}`;
const inBackground = (line: string): string => `${line} &`;
