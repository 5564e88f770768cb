/** What was measured, on what, and what was odd about it. */
import type { Environment, RunRecord, UplinkConditions } from '../../results/record.js';
import type { Scenario } from '../../scenario/scenario.js';
import { groupBy } from '../../statistics/group.js';
import { percent } from '../../statistics/words.js';
import { formatRate } from '../../units.js';
import type { Block, Section, Table } from '../document.js';
import { number } from '../format.js';
import type { ExperimentModel } from '../model.js';

/** How a condition that a node does not have is recorded. */
const ABSENT = 'absent';

/** What is said of every node, by name; a value for each node. */
type Conditions = Map<string, string[]>;

/** Per experiment in which its nodes differ, then a table of settings and machines, then the warnings that doctor gave. */
export function conditions(experiments: ExperimentModel[]): Section {
  return { title: 'Conditions', blocks: experiments.flatMap(conditionsOf) };
}

function conditionsOf({ header, counted }: ExperimentModel): Block[] {
  const { scenario, environments, lineRate } = header;
  const machines = conditionsOfNodes(environments);
  const rows = [
    ...settings(scenario),
    ['Started', header.startedAt],
    ['bench version', header.benchVersion],
    ...(lineRate === undefined ? [] : [['Line rate of one link', formatRate(lineRate)]]),
    ...clockRows(counted, environments),
    ...common(machines, environments),
  ];
  const warnings = [
    ...groupBy(
      environments.flatMap(({ node, warnings }) => warnings.map((text) => ({ node, text }))),
      ({ text }) => text,
    ),
  ].map(([text, given]) => `${given.map(({ node }) => node).join(', ')}: ${text}`);
  return [
    ...(environments.length > 1 ? [nodeDifferences(header.id, machines, environments)] : []),
    { kind: 'table', table: tableOf(header.id, ['What', 'Value'], rows) },
    ...(warnings.length > 0 ? [{ kind: 'list' as const, items: warnings }] : []),
  ];
}

function settings(scenario: Scenario): string[][] {
  const { repeat } = scenario;
  const adaptive =
    repeat.kind === 'adaptive' &&
    `${repeat.min} to ${repeat.max}, until ratios are within ±${percent(repeat.precision)}`;
  return [
    ['Scenario', scenario.profile ? `${scenario.name}, profile ${scenario.profile}` : scenario.name],
    ['Window', `${scenario.duration} s, after ${scenario.omit} s of warm-up`],
    ['Blocks', repeat.kind === 'fixed' ? String(repeat.blocks) : String(adaptive)],
    ['Seed', String(scenario.seed)],
    ['CPU placement', scenario.placement.join(', ')],
    scenario.protocol === 'tcp'
      ? ['Congestion control', scenario.congestionControl.join(', ')]
      : ['UDP payload', scenario.udpLength.map(datagram).join(', ')],
  ];
}

function datagram(length: number | 'fit'): string {
  return length === 'fit' ? 'as large as the MTU carries whole' : `${length} bytes`;
}

/** Everything that was recorded of the nodes, side by side. */
function conditionsOfNodes(environments: Environment[]): Conditions {
  const told = environments.map((node) => new Map(machine(node)));
  const names = new Set(told.flatMap((node) => [...node.keys()]));
  return new Map([...names].map((name) => [name, told.map((node) => node.get(name) ?? ABSENT)]));
}

function machine(node: Environment): [string, string][] {
  const gibibytes = number(node.memoryBytes / 2 ** 30);
  return [
    [
      'Machine',
      `${node.cpuModel}, ${node.cpus} CPUs, ${gibibytes} GiB, virtualization: ${node.virtualization}`,
    ],
    ['Kernel', node.kernel],
    ['iperf3', node.iperf3],
    ...(node.uplink ? [['Uplink', uplinkWords(node.uplink)] as [string, string]] : []),
    ...Object.entries(node.facts),
  ];
}

const MODE_WORDS = { moved: 'moved into the testbed', shared: 'left with the machine (shared)' };

function uplinkWords({ name, mode, rateCap }: UplinkConditions): string {
  const cap = rateCap === undefined ? [] : [`clients send ${formatRate(rateCap)} by way of it at most`];
  return [name, MODE_WORDS[mode], ...cap].join(', ');
}

function nodeDifferences(id: string, machines: Conditions, environments: Environment[]): Block {
  const differing = [...machines].filter(([, values]) => !alike(values));
  const names = environments.map(({ node }) => node);
  if (differing.length === 0)
    return { kind: 'text', text: `${id}: in all that was recorded, ${names.join(', ')} do not differ.` };
  const rows = differing.map(([name, values]) => [name, ...values]);
  return { kind: 'table', table: tableOf(`${id}: in what its nodes differ`, ['What', ...names], rows) };
}

/** What all nodes have in common: of a single one, everything. */
function common(machines: Conditions, environments: Environment[]): string[][] {
  const names = environments.map(({ node }) => node).join(', ');
  const shared = [...machines].filter(([, values]) => alike(values)).map(([name, [value]]) => [name, value!]);
  const absent = shared.filter(([, value]) => value === ABSENT).map(([name]) => name!);
  return [
    ...shared
      .filter(([, value]) => value !== ABSENT)
      .map(([name, value]) => [name === 'Machine' ? `Machine ${names}` : `${name!} of ${names}`, value!]),
    ...(absent.length > 0 ? [[`Absent on ${names}`, absent.join(', ')]] : []),
  ];
}

function alike(values: string[]): boolean {
  return values.every((value) => value === values[0]);
}

/** How far each node's clock was from that of the first, over all runs. */
function clockRows(runs: RunRecord[], environments: Environment[]): string[][] {
  const clocks = runs.flatMap(({ measurement }) => measurement?.clocks ?? []);
  return [...groupBy(clocks, ({ node }) => node)].map(([node, seen]) => {
    const offsets = seen.map(({ offset }) => offset);
    const [least, most, error] = [
      Math.min(...offsets),
      Math.max(...offsets),
      Math.max(...seen.map((clock) => clock.error)),
    ].map(milliseconds);
    const ahead = `${least} to ${most} ms ahead of that of ${environments[0]?.node}`;
    return [`Clock of ${node}`, `${ahead}, each known to ±${error} ms`];
  });
}

function milliseconds(seconds: number): string {
  return String(Number((seconds * 1000).toPrecision(3)));
}

function tableOf(caption: string, columns: string[], rows: string[][]): Table {
  return {
    caption,
    columns: columns.map((title) => ({ title })),
    rows: rows.map((row) => row.map((text) => ({ text }))),
  };
}
