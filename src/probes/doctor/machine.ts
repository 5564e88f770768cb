/** The machine as doctor's checks see it: asked once, by one program, and judged many times. */
import { readFileSync } from 'node:fs';
import { fail } from '../../failures.js';
import type { Node } from '../../nodes/node.js';
import { CONDITIONS, parseGrep, SOURCES, type Files } from '../environmentFiles.js';

const SCRIPT = readFileSync(new URL('./ask.sh', import.meta.url), 'utf8');

/** How a command of ask.sh ended, and what it said on both streams. */
export interface Answer {
  code: number;
  text: string;
}

export interface Machine {
  node: Node;
  /** Whether commands run there as root. */
  root: boolean;
  files: Files;
  /** How many processes the cgroup of our commands may have, as the kernel tells it; empty if it doesn't. */
  cgroupProcesses: string;
  /** Those programs that were looked for in vain. */
  missing: string[];
  /** To `iperf3 --version`. */
  iperf3: Answer;
  /** To a search for the program. */
  irqbalance: Answer;
  /** To an attempt at the namespaces of a testbed. */
  namespaces: Answer;
}

/** Files that doctor alone reads: limits, and what refuses namespaces. */
export const FILES = {
  status: '/proc/self/status',
  limits: '/proc/self/limits',
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

/** Asks a machine all there is to ask, and looks for programs there. Errors: `unavailable` if it doesn't answer. */
export async function askMachine(node: Node, programs: string[]): Promise<Machine> {
  const paths = [...Object.values(SOURCES), ...Object.values(CONDITIONS), ...Object.values(FILES)];
  const { stdout, stderr } = await node.exec(['sh', '-c', SCRIPT, 'bench-ask', programs.join(' '), ...paths]);
  const answers = parseAnswers(stdout);
  const answer = (name: string): Answer =>
    answers.get(name) ?? fail('unavailable', `${node.name} did not tell all that doctor asks`, stderr);
  return {
    node,
    root: answer('user').text === '0',
    files: parseGrep(answer('files').text),
    cgroupProcesses: answer('processes').text,
    missing: answer('missing').text.split('\n').filter(Boolean),
    iperf3: answer('iperf3'),
    irqbalance: answer('irqbalance'),
    namespaces: answer('namespaces'),
  };
}

/** Parses the output of ask.sh. */
function parseAnswers(output: string): Map<string, Answer> {
  const answers = output.matchAll(/^@([a-z0-9]+) (\d+)\n([^]*?)\n(?=@|(?![^]))/gm);
  return new Map(Array.from(answers, ([, name, code, text]) => [name!, { code: Number(code), text: text! }]));
}

/** The number in a file; undefined where the file is missing or says `max`. */
export const numberIn = ({ files }: Machine, path: string): number | undefined =>
  numberOf(files.get(path) ?? '');

/** The number that a text is; undefined for `max` and all others. */
export const numberOf = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined);

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
