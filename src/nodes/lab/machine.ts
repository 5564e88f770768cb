/** Machines of a lab: starting them, and running programs in them. */
import { fileURLToPath } from 'node:url';
import { fail } from '../../failures.js';
import { createLocalNode } from '../local.js';
import { readKeeper } from './folder.js';
import type { Keeper } from './keeper.js';
import { MANAGEMENT_ADDRESS, MANAGEMENT_PREFIX, type LabSettings, type NodeSettings } from './settings.js';

export const local = createLocalNode();

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const BRIDGE = pathOf('./bridge.sh');
const NODE = pathOf('./node.sh');
const SSHD = pathOf('./sshd.sh');
const CONNECT = pathOf('./connect.pl');

/** A node of a lab, running. */
export interface LabNode extends NodeSettings {
  keeper: Keeper;
}

/** A lab's networks, each the network namespace of a machine with a bridge `br0`. */
export interface Networks {
  folder: string;
  settings: LabSettings;
  /** Over which nodes are reached: each node's `mgmt0` is plugged into it. */
  management: Keeper;
  /** The data network: each node's `eth1` is plugged into it, and limited there. */
  switch: Keeper;
}

/** Starts the machine that is the management network. Errors of all three: `unavailable`, with what was said. */
export function startManagement(folder: string): Promise<Keeper> {
  return start(folder, 'management', BRIDGE, [`${MANAGEMENT_ADDRESS}/${MANAGEMENT_PREFIX}`]);
}

/** Starts the machine that is the data network. */
export function startSwitch(folder: string): Promise<Keeper> {
  return start(folder, 'switch', BRIDGE, []);
}

/** Starts a node, plugged into both networks, its OpenSSH server listening. A node that ended may be started again. */
export async function startNode(networks: Networks, node: NodeSettings): Promise<LabNode> {
  const { folder, settings } = networks;
  const { rate, burst, limit } = settings.shape;
  const keeper = await start(folder, node.name, NODE, [
    ...[networks.management.pid, networks.switch.pid].map(String),
    ...[node.port, node.address, String(MANAGEMENT_PREFIX), String(settings.mtu)],
    ...[`${rate}bit`, `${burst}b`, `${limit}b`],
  ]);
  return { ...node, keeper };
}

/**
 * Starts a machine: a process that is nobody's child any more and in a session of its own, so that it outlives us.
 * It holds our end of its output until it is ready.
 */
async function start(folder: string, name: string, script: string, words: string[]): Promise<Keeper> {
  const unshare = ['setsid', 'unshare', '--net', '--mount', '--uts', '--pid'];
  const { stdout, stderr } = await local.exec([...unshare, 'sh', script, folder, name, ...words]);
  const keeper = stdout.endsWith('ready\n') && readKeeper(folder, name);
  return keeper || fail('unavailable', `${name} of the lab did not start on this machine`, stderr);
}

/** Starts the OpenSSH server of a node whose own has ended. */
export async function startSshd({ name, keeper }: LabNode): Promise<void> {
  const { code, stderr } = await local.exec(inside(keeper, ['sh', '-c', 'set -e; . "$0"; start_sshd', SSHD]));
  if (code !== 0) fail('unavailable', `the OpenSSH server of ${name} did not start`, stderr);
}

/** The words that run a program in a machine. */
export function inside({ pid }: Keeper, argv: string[]): string[] {
  return ['nsenter', '--target', String(pid), '--net', '--mount', '--uts', '--pid', '--', ...argv];
}

/**
 * The words of a program whose standard input and output are a connection to a node's OpenSSH server. It belongs to
 * the management network's machine, and ends with that.
 */
export function connectWords(management: Keeper, { address }: NodeSettings): string[] {
  const enter = ['nsenter', '--target', String(management.pid), '--net', '--pid', '--'];
  return [...enter, 'perl', CONNECT, address, '22'];
}

/** The far end of a node's cable, at a network's bridge. */
export interface Port {
  /** Whether both ends are up. */
  up: boolean;
  mtu: number;
}

/** The ports of a network by their names; none if it has ended. */
export async function readPorts(network: Keeper): Promise<Map<string, Port>> {
  const { stdout } = await local.exec(inside(network, ['ip', '-j', 'link', 'show', 'master', 'br0']));
  const links = JSON.parse(stdout || '[]') as { ifname?: string; operstate: string; mtu: number }[];
  return new Map(
    links.flatMap(({ ifname, operstate, mtu }) =>
      ifname === undefined ? [] : [[ifname, { up: operstate === 'UP', mtu }]],
    ),
  );
}
