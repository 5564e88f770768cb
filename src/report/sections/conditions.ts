/** What was measured, on what, and what was odd about it. */
import type { Environment, ExperimentHeader } from '../../results/record.js';
import type { Scenario } from '../../scenario/scenario.js';
import { percent } from '../../statistics/words.js';
import type { Block, Entry, Section } from '../document.js';
import { number } from '../format.js';

/** One table of settings and machines per experiment, then the warnings that doctor gave. */
export function conditions(headers: ExperimentHeader[]): Section {
  return { title: 'Conditions', blocks: headers.flatMap(conditionsOf) };
}

function conditionsOf(header: ExperimentHeader): Block[] {
  const rows = [
    ...settings(header.scenario),
    ['Started', header.startedAt],
    ['bench version', header.benchVersion],
    ...header.environments.flatMap(machine),
  ];
  const warnings = header.environments.flatMap((node) =>
    node.warnings.map((text) => `${node.node}: ${text}`),
  );
  return [
    {
      kind: 'table',
      table: {
        caption: header.id,
        columns: [{ title: 'What' }, { title: 'Value' }],
        rows: rows.map(entries),
      },
    },
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

function machine(node: Environment): string[][] {
  const facts = Object.entries(node.facts);
  const [present, absent] = [facts.filter(isPresent), facts.filter((fact) => !isPresent(fact))];
  const gibibytes = number(node.memoryBytes / 2 ** 30);
  return [
    [
      `Machine ${node.node}`,
      `${node.cpuModel}, ${node.cpus} CPUs, ${gibibytes} GiB, virtualization: ${node.virtualization}`,
    ],
    [`Kernel of ${node.node}`, node.kernel],
    [`iperf3 of ${node.node}`, node.iperf3],
    ...present.map(([name, value]) => [`${name} of ${node.node}`, value]),
    ...(absent.length > 0 ? [[`Absent on ${node.node}`, absent.map(([name]) => name).join(', ')]] : []),
  ];
}

/** What a machine does not have is recorded as absent. */
function isPresent([, value]: [string, string]): boolean {
  return value !== 'absent';
}

function entries(row: string[]): Entry[] {
  return row.map((text) => ({ text }));
}
