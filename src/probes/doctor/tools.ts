/** Programs that the harness starts. */
import { checkVersions, parseVersion } from '../../traffic/version.js';
import type { Finding } from './finding.js';
import { asRoot, type Machine } from './machine.js';

/** By their names, the Debian packages that have them. */
const PACKAGES: Record<string, string> = {
  ip: 'iproute2',
  ss: 'iproute2',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  taskset: 'util-linux',
  setsid: 'util-linux',
  mount: 'mount',
  ping: 'iputils-ping',
  grep: 'grep',
};

export const TOOLS = Object.keys(PACKAGES);

/** The command that installs Debian packages. */
export const installLine = (machine: Machine, packages: string[]): string =>
  asRoot(machine, `apt-get install -y ${[...new Set(packages)].join(' ')}`);

export function checkTools(machine: Machine): Finding[] {
  return [checkIperf3(machine), checkOthers(machine)];
}

function checkIperf3(machine: Machine): Finding {
  const check = 'iperf3';
  const { code, text } = machine.iperf3;
  const version = code === 0 ? parseVersion(text) : undefined;
  const failure = checkVersions([{ node: machine.node.name, version }]);
  if (failure === undefined) return { level: 'ok', check, means: `version ${version}` };
  return { level: 'fail', check, means: failure.message, mend: installLine(machine, ['iperf3']) };
}

function checkOthers(machine: Machine): Finding {
  const check = 'tools';
  const { missing } = machine;
  if (missing.length === 0) return { level: 'ok', check, means: TOOLS.join(', ') };
  return {
    level: 'fail',
    check,
    means: `${missing.join(', ')} not found; without it no testbed can be built`,
    mend: installLine(
      machine,
      missing.map((tool) => PACKAGES[tool]!),
    ),
  };
}
