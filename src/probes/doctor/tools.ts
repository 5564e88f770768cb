/** Programs that the harness starts. */
import { checkVersions, parseVersion } from '../../traffic/version.js';
import type { Finding } from './finding.js';
import { asRoot, type Machine } from './machine.js';

/** How each is asked for its version, and the Debian package that has it. */
const TOOLS: { argv: string[]; debianPackage: string }[] = [
  { argv: ['ip', '-V'], debianPackage: 'iproute2' },
  { argv: ['ss', '-V'], debianPackage: 'iproute2' },
  { argv: ['unshare', '--version'], debianPackage: 'util-linux' },
  { argv: ['nsenter', '--version'], debianPackage: 'util-linux' },
  { argv: ['setpriv', '--version'], debianPackage: 'util-linux' },
  { argv: ['taskset', '--version'], debianPackage: 'util-linux' },
  { argv: ['setsid', '--version'], debianPackage: 'util-linux' },
  { argv: ['mount', '--version'], debianPackage: 'mount' },
  { argv: ['ping', '-V'], debianPackage: 'iputils-ping' },
  { argv: ['grep', '--version'], debianPackage: 'grep' },
];

/** The command that installs Debian packages. */
export const installLine = (machine: Machine, packages: string[]): string =>
  asRoot(machine, `apt-get install -y ${[...new Set(packages)].join(' ')}`);

/** Whether a program can be started. */
async function isThere({ node }: Machine, argv: string[]): Promise<boolean> {
  return (await node.exec(argv)).code !== 127;
}

export async function checkTools(machine: Machine): Promise<Finding[]> {
  return [await checkIperf3(machine), await checkOthers(machine)];
}

async function checkIperf3(machine: Machine): Promise<Finding> {
  const check = 'iperf3';
  const { code, stdout } = await machine.node.exec(['iperf3', '--version']);
  const version = code === 0 ? parseVersion(stdout) : undefined;
  const failure = checkVersions([{ node: machine.node.name, version }]);
  if (failure === undefined) return { level: 'ok', check, means: `version ${version}` };
  return { level: 'fail', check, means: failure.message, mend: installLine(machine, ['iperf3']) };
}

async function checkOthers(machine: Machine): Promise<Finding> {
  const check = 'tools';
  const there = await Promise.all(TOOLS.map(({ argv }) => isThere(machine, argv)));
  const missing = TOOLS.filter((_, index) => !there[index]);
  if (missing.length === 0) return { level: 'ok', check, means: TOOLS.map(({ argv }) => argv[0]).join(', ') };
  return {
    level: 'fail',
    check,
    means: `${missing.map(({ argv }) => argv[0]).join(', ')} can not be started; without it no testbed can be built`,
    mend: installLine(
      machine,
      missing.map(({ debianPackage }) => debianPackage),
    ),
  };
}
