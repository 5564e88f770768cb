/** `bench run`: a scenario measured, from its file to the last record. */
import { canonicalDriver } from '../drivers/registry.js';
import { fail } from '../failures.js';
import { createLocalNode } from '../nodes/local.js';
import type { Node } from '../nodes/node.js';
import { raisePriority } from '../nodes/priority.js';
import { rateCapOf, type Uplink } from '../nodes/uplink/lending.js';
import { estimateScenario } from '../plan/estimate.js';
import { refuseImpossible } from '../plan/limits.js';
import { planTopology } from '../plan/topology.js';
import { diagnose } from '../probes/doctor/diagnose.js';
import { formatFindings, type Finding } from '../probes/doctor/finding.js';
import { readEnvironment } from '../probes/environment.js';
import type { Listener } from '../progress/event.js';
import { experimentId } from '../results/id.js';
import { newestResults } from '../results/read.js';
import { FORMAT_VERSION, type Environment, type ExperimentHeader } from '../results/record.js';
import { createResults, resumeResults, type Opened } from '../results/store.js';
import { subjectOf } from '../results/unavailable.js';
import { runExperiment, type ExperimentResult } from '../runner/experiment.js';
import { KernelLog } from '../runner/kernelLog.js';
import { readNuma } from '../runner/numa.js';
import type { Station } from '../runner/rig.js';
import { loadScenario } from '../scenario/load.js';
import { parseOverrides } from '../scenario/overrides.js';
import type { Scenario } from '../scenario/scenario.js';
import { formatRate } from '../units.js';
import { version } from '../version.js';
import type { CommandResult } from './result.js';
import { openSite, type Site, type SiteOptions } from './site.js';
import { findUnavailable, withoutUnavailable } from './unavailable.js';

export interface RunOptions extends SiteOptions {
  scenario: string;
  profile?: string | undefined;
  /** Flags that change factors, as the command line gave them. */
  overrides: Readonly<Record<string, unknown>>;
  /** Folder that holds results folders. */
  resultsRoot: string;
  /** A results folder to go on with, or `newest`. */
  resume?: string | undefined;
  /** Go on although conditions differ. */
  mix?: boolean | undefined;
  json?: boolean | undefined;
}

export interface RunControl {
  listener: Listener;
  /** Finish the run that is under way, then stop. */
  stopAfterRun: AbortSignal;
  /** Stop at once. */
  abortNow: AbortSignal;
}

export async function run(options: RunOptions, control: RunControl): Promise<CommandResult> {
  const overrides = parseOverrides(options.overrides);
  const { scenario: nameOrPath, profile } = options;
  const scenario = await loadScenario({ nameOrPath, profile, overrides, canonicalDriver });
  refuseImpossible(scenario);
  const pairs = Math.max(...scenario.pairs);
  const site = await openSite({ ...options, topology: scenario.topology, pairs });
  try {
    return await runAt(site, scenario, options, control);
  } finally {
    await site.close();
  }
}

async function runAt(
  site: Site,
  scenario: Scenario,
  options: RunOptions,
  control: RunControl,
): Promise<CommandResult> {
  const { stations, planned, roles } = site;
  const nodes = stations.map(({ node }) => node);
  const unavailable = await findUnavailable(stations, scenario);
  const available = withoutUnavailable(scenario, unavailable);
  const header = await describeExperiment(site, scenario, unavailable);
  const opened = await openResults(options, header);
  tellStart(control.listener, opened, available);
  const ipv6 = (await Promise.all(nodes.map(hasIpv6))).every((has) => has);
  await raisePriority(createLocalNode());
  try {
    const result = await runExperiment({
      ...control,
      stations,
      lineRate: site.lineRate,
      scenario: available,
      writer: opened.writer,
      records: opened.records,
      kernelLogs: (await Promise.all(nodes.map((node) => KernelLog.open(node)))).filter(
        (log) => log !== undefined,
      ),
      numa: await Promise.all(nodes.map(readNuma)),
      planFor: (cell) => planTopology(cell, { nodes: planned, roles, ipv6 }),
    });
    return conclude(options, opened, result, control.listener);
  } finally {
    await opened.writer.close();
  }
}

async function hasIpv6(node: Node): Promise<boolean> {
  return (await node.exec(['test', '-d', '/proc/sys/net/ipv6'])).code === 0;
}

/** Records the conditions, and refuses a machine that can't measure. */
async function describeExperiment(
  { stations, emulated, lineRate }: Site,
  scenario: Scenario,
  unavailable: ExperimentHeader['unavailable'],
): Promise<ExperimentHeader> {
  const environments = await Promise.all(
    stations.map((station) => describeNode(station, scenario, stations.length)),
  );
  refuseMixedTools(environments);
  const startedAt = new Date();
  return {
    format: FORMAT_VERSION,
    id: experimentId(scenario, startedAt),
    startedAt: startedAt.toISOString(),
    benchVersion: version,
    scenario,
    unavailable,
    environments,
    emulated: emulated || environments.some(({ virtualization }) => virtualization === 'uml'),
    ...(lineRate === undefined ? {} : { lineRate }),
  };
}

async function describeNode(
  { node, uplink }: Station,
  scenario: Scenario,
  nodes: number,
): Promise<Environment> {
  const findings = await diagnose(node, {
    drivers: [],
    topology: scenario.topology,
    protocol: scenario.protocol,
    congestionControl: scenario.congestionControl,
    mtu: Math.max(...scenario.mtu),
    pairs: Math.max(...scenario.pairs),
    ...(uplink === undefined ? {} : { uplink }),
  });
  const failing = findings.filter(({ level }) => level === 'fail');
  const who = nodes > 1 ? node.name : 'this machine';
  if (failing.length > 0) fail(reasonOf(failing), `${who} can't run the scenario`, formatFindings(failing));
  const where = nodes > 1 ? `${node.name}: ` : '';
  const warnings = findings
    .filter(({ level }) => level === 'warn')
    .map(({ check, means }) => `${where}${check}: ${means}`);
  return readEnvironment(node, { warnings: [...warnings, ...capWarnings(uplink, where)], uplink });
}

/** What a cap does to figures. */
function capWarnings(uplink: Uplink | undefined, where: string): string[] {
  const cap = rateCapOf(uplink);
  if (cap === undefined) return [];
  return [
    `${where}rate cap: clients send ${formatRate(cap)} together at most where their frames leave by ${uplink!.name}, so figures tell of the cap and not of drivers; the study's claims are not judged by them`,
  ];
}

/** An uplink that can't be had is the most that there is to say. */
const reasonOf = (failing: Finding[]): 'uplink' | 'unavailable' =>
  failing.every(({ check }) => check === 'uplink') ? 'uplink' : 'unavailable';

/** Both ends of a flow must run the same iperf3. */
function refuseMixedTools(environments: Environment[]): void {
  if (new Set(environments.map(({ iperf3 }) => iperf3)).size < 2) return;
  const found = environments.map(({ node, iperf3 }) => `${node} has ${iperf3}`).join(', ');
  fail(
    'tool-version',
    `all nodes must have the same version of iperf3, and ${found}: install one version on all`,
  );
}

async function openResults(
  { resultsRoot, resume, mix }: RunOptions,
  header: ExperimentHeader,
): Promise<Opened> {
  if (resume === undefined) return createResults(resultsRoot, header);
  const folder = resume === 'newest' ? await newestResults(resultsRoot) : resume;
  return resumeResults(folder, header, { mix: mix ?? false });
}

function tellStart(
  listener: Listener,
  { header, writer, records, notes }: Opened,
  available: Scenario,
): void {
  const { runs, seconds } = estimateScenario(available);
  listener({
    kind: 'experiment-started',
    id: header.id,
    folder: writer.folder,
    runs,
    resumedRuns: records.length,
    estimateSeconds: seconds,
  });
  for (const obstacle of header.unavailable) {
    const text = `${subjectOf(obstacle)} is not measured: ${obstacle.because}`;
    listener({ kind: 'note', level: 'warning', text });
  }
  for (const text of [...notes, ...header.environments.flatMap(({ warnings }) => warnings)]) {
    listener({ kind: 'note', level: 'warning', text });
  }
}

function conclude(
  options: RunOptions,
  { writer }: Opened,
  result: ExperimentResult,
  listener: Listener,
): CommandResult {
  const { folder } = writer;
  const { ok, failed, interrupted } = result;
  listener({ kind: 'experiment-finished', folder, ok, failed, interrupted });
  const exitCode = interrupted ? 130 : failed > 0 ? 1 : 0;
  if (options.json) return { text: JSON.stringify({ folder, ...result }), exitCode };
  const next = interrupted ? `Go on with: ${resumption(options, folder)}` : `Next: bench report ${folder}`;
  return { text: `${ok} runs measured, ${failed} failed: ${folder}\n${next}`, exitCode };
}

/** The command that goes on with a results folder: the same words as before, for conditions must be the same. */
function resumption(options: RunOptions, folder: string): string {
  const { scenario, profile, overrides } = options;
  const flags = [
    { name: '--profile', text: profile },
    ...Object.values(parseOverrides(overrides).flags),
    { name: '--uplink', text: options.uplink },
    { name: '--uplink-mode', text: options.uplinkMode },
    { name: '--rate-cap', text: options.rateCap },
    { name: '--nodes', text: options.nodes },
    { name: '--nodes-file', text: options.nodesFile },
    { name: '--resume', text: folder },
  ];
  const given = flags.flatMap(({ name, text }) => (text === undefined ? [] : [name, text]));
  const consent = options.shareDefaultRoute ? ['--share-default-route'] : [];
  return ['bench', 'run', scenario, ...given, ...consent].map(quoted).join(' ');
}

/** A word as a shell must be given it. */
const quoted = (word: string): string =>
  /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
