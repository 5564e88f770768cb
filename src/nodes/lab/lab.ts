/**
 * A lab: nodes and a switch on one machine, as network namespaces, with an OpenSSH server per node that is reached
 * over a network of its own. The machine's own network is not touched, and nothing of a lab outlives it.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { fail } from '../../failures.js';
import { nodesFileOf, writeNodesFile } from './files.js';
import { createFolder, labNames, readRecord, removeFolder } from './folder.js';
import { endKeeper, networkOf, processesIn } from './keeper.js';
import {
  local,
  readPorts,
  startManagement,
  startNode,
  startSwitch,
  type LabNode,
  type Networks,
} from './machine.js';
import { checkName, checkOptions, type LabOptions, type LabSettings } from './settings.js';

/** A whole lab. */
export interface Lab extends Networks {
  nodes: LabNode[];
  /** For `--nodes-file`; it is found without that too. */
  nodesFile: string;
}

/** Beyond that, machines that start only wait for one another. */
const AT_A_TIME = 8;
/** Milliseconds. */
const PORTS_WITHIN = 10_000;
const GONE_WITHIN = 10_000;
const LOOK_EACH = 50;

/** Programs that a lab needs, and Debian's packages that have them. */
const PROGRAMS: Record<string, string> = {
  sshd: 'openssh-server',
  'ssh-keygen': 'openssh-client',
  ip: 'iproute2',
  tc: 'iproute2',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  perl: 'perl-base',
};

/**
 * Makes a lab, which runs until downLab; what a failure left half-made is taken down.
 * Errors: `usage`, `privilege` unless root, `tool-missing`, `unavailable` if this machine can't do it.
 */
export async function upLab(options: LabOptions = {}): Promise<Lab> {
  const settings = checkOptions(options);
  requireRoot();
  await requirePrograms();
  const folder = createFolder(settings);
  try {
    return await build(folder, settings);
  } catch (error) {
    await downLab(settings.name).catch(() => undefined);
    throw error;
  }
}

function requireRoot(): void {
  if (process.getuid?.() === 0) return;
  fail('privilege', 'only root may make and end labs, which have real OpenSSH servers: run it with sudo');
}

async function requirePrograms(): Promise<void> {
  const script = 'for program; do command -v "$program" >/dev/null || echo "$program"; done';
  const { stdout } = await local.exec(['sh', '-c', script, 'sh', ...Object.keys(PROGRAMS)]);
  const missing = stdout.split('\n').filter(Boolean);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => PROGRAMS[program]))].join(' ');
  fail('tool-missing', `a lab needs ${missing.join(', ')}: apt-get install -y ${packages}`);
}

async function build(folder: string, settings: LabSettings): Promise<Lab> {
  await makeClientKey(folder);
  const [management, dataNetwork] = await Promise.all([startManagement(folder), startSwitch(folder)]);
  const networks = { folder, settings, management, switch: dataNetwork };
  const limit = pLimit(AT_A_TIME);
  const nodes = await Promise.all(settings.nodes.map((node) => limit(() => startNode(networks, node))));
  await portsUp(networks);
  writeNodesFile(folder, management, settings);
  return { ...networks, nodes, nodesFile: nodesFileOf(folder) };
}

async function makeClientKey(folder: string): Promise<void> {
  const words = ['-q', '-t', 'ed25519', '-N', '', '-C', 'bench-lab', '-f', join(folder, 'id_ed25519')];
  const { code, stderr } = await local.exec(['ssh-keygen', ...words]);
  if (code !== 0) fail('unavailable', 'ssh-keygen made no key for the lab', stderr);
}

/** Waits until both ends of every cable are up: the kernel tells the bridges some time after the links. */
async function portsUp({ settings, management, switch: dataNetwork }: Networks): Promise<void> {
  const deadline = Date.now() + PORTS_WITHIN;
  for (;;) {
    const networks = await Promise.all([management, dataNetwork].map(readPorts));
    if (networks.every((ports) => settings.nodes.every(({ port }) => ports.get(port)?.up))) return;
    if (Date.now() >= deadline) fail('unavailable', "links of the lab's nodes did not come up within 10 s");
    await sleep(LOOK_EACH);
  }
}

/**
 * Ends a lab, also one that is half-built or half-dead, and resolves when nothing is left of it.
 * Errors: `usage` if there is none, `privilege` unless root, `unavailable` while others' processes stay in its networks.
 */
export async function downLab(name: string): Promise<void> {
  checkName(name);
  requireRoot();
  const names = labNames();
  if (!names.includes(name)) {
    fail(
      'usage',
      `there is no lab named ${name}; ${names.length > 0 ? `there are ${names.join(', ')}` : 'no lab runs'}`,
    );
  }
  const { folder } = readRecord(name);
  await endMachines(name);
  removeFolder(folder);
}

/** Ends all machines, those too that start meanwhile, and waits until nobody is in their networks. */
async function endMachines(name: string): Promise<void> {
  const networks = new Set<string>();
  const deadline = Date.now() + GONE_WITHIN;
  for (;;) {
    const keepers = [...readRecord(name).keepers.values()];
    for (const keeper of keepers) {
      const network = networkOf(keeper.pid);
      if (network !== undefined) networks.add(network);
      endKeeper(keeper);
    }
    const left = processesIn([...networks]);
    if (keepers.length === 0 && left.length === 0) return;
    if (Date.now() >= deadline) {
      fail(
        'unavailable',
        `processes that are not of the lab ${name} stay in its networks: end ${left.join(', ')}, then \`bench lab down --name ${name}\` again`,
      );
    }
    await sleep(LOOK_EACH);
  }
}
