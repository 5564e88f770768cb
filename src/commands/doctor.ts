/** `bench doctor`: what this machine can run, what is missing, and the exact command that mends it. */
import { DRIVERS } from '../drivers/registry.js';
import { diagnose, type Want } from '../probes/doctor/diagnose.js';
import { formatFindings, type Finding } from '../probes/doctor/finding.js';
import { subjectOf } from '../results/unavailable.js';
import type { Station } from '../runner/rig.js';
import type { Scenario, Topology } from '../scenario/scenario.js';
import type { CommandResult } from './result.js';
import { openSite, type SiteOptions } from './site.js';
import { findOtherMtus } from './unavailable.js';

export interface DoctorRequest extends SiteOptions {
  /** What shall run; without one a single pair over every driver is looked at. */
  scenario?: Scenario | undefined;
  /** Whether to answer `{ findings: Finding[] }` in place of lines for people; with several nodes one for each. */
  json: boolean;
}

/** Looks at every machine that a scenario would run on. Errors: `usage`, `node`. */
export async function doctor(request: DoctorRequest): Promise<CommandResult> {
  const topology = request.scenario?.topology ?? (request.nodes?.includes(',') ? 'switched' : 'local');
  const pairs = Math.max(...(request.scenario?.pairs ?? [EVERYTHING.pairs]));
  const site = await openSite({ ...request, topology, pairs });
  try {
    return await examine(site.stations, { ...request, topology });
  } finally {
    await site.close();
  }
}

/** Looks at machines. */
export async function examine(
  stations: Station[],
  { scenario, topology = 'local', json }: Pick<DoctorRequest, 'scenario' | 'json'> & { topology?: Topology },
): Promise<CommandResult> {
  const want = scenario === undefined ? EVERYTHING : wantOf(scenario);
  const nodes = stations.map(async (station) => ({
    node: station.node.name,
    findings: [
      ...(await diagnose(station.node, { ...want, topology, uplink: station.uplink })),
      ...(scenario ? await checkMtus(station, scenario) : []),
    ],
  }));
  return answer(await Promise.all(nodes), json);
}

/** MTUs that an uplink which stays with the machine has not. */
async function checkMtus(station: Station, scenario: Scenario): Promise<Finding[]> {
  const unavailable = await findOtherMtus([station], scenario);
  return unavailable.map((entry) => ({
    level: 'warn',
    check: subjectOf(entry),
    means: `unavailable and left out: ${entry.because}`,
  }));
}

interface Diagnosed {
  node: string;
  findings: Finding[];
}

function answer(nodes: Diagnosed[], json: boolean): CommandResult {
  const all = nodes.flatMap(({ findings }) => findings);
  const exitCode = count(all, 'fail') > 0 ? 3 : 0;
  const only = nodes.length === 1 ? nodes[0] : undefined;
  if (json)
    return { text: JSON.stringify(only ? { findings: only.findings } : { nodes }, null, 2), exitCode };
  const parts = nodes.map(({ node, findings }) =>
    [...(only ? [] : [`${node}:`]), formatFindings(findings), '', conclude(findings)].join('\n'),
  );
  return { text: parts.join('\n\n'), exitCode };
}

/** The first variant of every driver, one pair. */
const EVERYTHING: Want = {
  drivers: DRIVERS.map(({ variants }) => variants[0]!.id),
  topology: 'local',
  protocol: 'tcp',
  mtu: 1500,
  pairs: 1,
};

function wantOf({ drivers, topology, protocol, mtu, pairs, congestionControl }: Scenario): Want {
  return {
    drivers,
    topology,
    protocol,
    congestionControl,
    mtu: Math.max(...mtu),
    pairs: Math.max(...pairs),
  };
}

function conclude(findings: Finding[]): string {
  const failures = count(findings, 'fail');
  const warnings = count(findings, 'warn');
  const verdict = failures > 0 ? `${failures} thing(s) must be mended first` : 'this machine can run it';
  return warnings > 0 ? `${verdict}; ${warnings} warning(s)` : verdict;
}

const count = (findings: Finding[], level: Finding['level']): number =>
  findings.filter((finding) => finding.level === level).length;
