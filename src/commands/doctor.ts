/** `bench doctor`: what this machine can run, what is missing, and the exact command that mends it. */
import { DRIVERS } from '../drivers/registry.js';
import type { Node } from '../nodes/node.js';
import { diagnose, type Want } from '../probes/doctor/diagnose.js';
import { formatFindings, type Finding } from '../probes/doctor/finding.js';
import type { Scenario } from '../scenario/scenario.js';

export interface DoctorRequest {
  node: Node;
  /** What shall run; without one a single pair over every driver is looked at. */
  scenario?: Scenario | undefined;
  /** A physical interface to be the uplink. */
  uplink?: string | undefined;
  /** Whether to answer `{ findings: Finding[] }` in place of lines for people. */
  json: boolean;
}

export interface DoctorAnswer {
  text: string;
  /** 0 if everything is fine or only worth a warning, 3 if the machine can't run it. */
  exitCode: 0 | 3;
}

export async function doctor({ node, scenario, uplink, json }: DoctorRequest): Promise<DoctorAnswer> {
  const want = scenario === undefined ? EVERYTHING : wantOf(scenario);
  const findings = await diagnose(node, { ...want, uplink });
  const text = json
    ? JSON.stringify({ findings }, null, 2)
    : `${formatFindings(findings)}\n\n${conclude(findings)}`;
  return { text, exitCode: count(findings, 'fail') > 0 ? 3 : 0 };
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
