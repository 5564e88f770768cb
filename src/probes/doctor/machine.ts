/** The machine as doctor's checks see it: read once, judged many times. */
import type { Node } from '../../nodes/node.js';
import { CONDITIONS, readFiles, SOURCES, type Files } from '../environmentFiles.js';

export interface Machine {
  node: Node;
  /** Whether commands run there as root. */
  root: boolean;
  files: Files;
}

/** Files that doctor alone reads: limits, and what refuses namespaces. */
export const FILES = {
  status: '/proc/self/status',
  limits: '/proc/self/limits',
  cgroup: '/proc/self/cgroup',
  pidMax: '/proc/sys/kernel/pid_max',
  threadsMax: '/proc/sys/kernel/threads-max',
  fileMax: '/proc/sys/fs/file-max',
  userNamespaces: '/proc/sys/user/max_user_namespaces',
  netNamespaces: '/proc/sys/user/max_net_namespaces',
  usernsClone: '/proc/sys/kernel/unprivileged_userns_clone',
  apparmorUserns: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
  /** There only if br_netfilter is a module and not a part of the kernel. */
  bridgeModule: '/sys/module/br_netfilter/initstate',
} as const;

/** Whether a node's commands run as root. */
export async function isRoot(node: Node): Promise<boolean> {
  return (await node.exec(['id', '-u'])).stdout.trim() === '0';
}

export async function readMachine(node: Node): Promise<Machine> {
  const paths = [...Object.values(SOURCES), ...Object.values(CONDITIONS), ...Object.values(FILES)];
  const [root, files] = await Promise.all([isRoot(node), readFiles(node, paths)]);
  return { node, root, files: new Map([...files, ...(await readCgroup(node, files))]) };
}

/** Stands for the file of the process's own cgroup, v2 or v1. */
export const CGROUP_PIDS = 'pids.max';

/** Reads how many processes the cgroup of our commands may have. */
async function readCgroup(node: Node, files: Files): Promise<Files> {
  const groups = files.get(FILES.cgroup) ?? '';
  const unified = /^0::(\/.*)$/m.exec(groups)?.[1] ?? '/';
  const pids = /^\d+:pids:(\/.*)$/m.exec(groups)?.[1] ?? '/';
  const paths = [`/sys/fs/cgroup${unified}/pids.max`, `/sys/fs/cgroup/pids${pids}/pids.max`];
  const [limit] = (await readFiles(node, paths)).values();
  return new Map(limit === undefined ? [] : [[CGROUP_PIDS, limit]]);
}

/** The number in a file; undefined where the file is missing or says `max`. */
export function numberIn({ files }: Machine, path: string): number | undefined {
  const text = files.get(path);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** A command as it must be typed to run as root. */
export const asRoot = ({ root }: Machine, command: string): string => (root ? command : `sudo ${command}`);

/** The command that sets a sysctl, given its file. */
export function setSysctl(machine: Machine, path: string, value: number): string {
  const name = path.replace('/proc/sys/', '').replaceAll('/', '.');
  return asRoot(machine, `sysctl -w ${name}=${value}`);
}

/** The command that writes a word to a file of /sys. */
export const writeFile = (machine: Machine, path: string, word: string): string =>
  `echo ${word} | ${asRoot(machine, `tee ${path}`)}`;
