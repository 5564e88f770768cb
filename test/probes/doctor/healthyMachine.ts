import type { Answers } from './fakeNode.js';

/** Contents of the files that doctor reads, by path. */
export type Contents = Record<string, string>;

/** A machine without a fault: bare metal, 8 cores, root. */
export const HEALTHY_FILES: Contents = {
  '/proc/cpuinfo': Array.from({ length: 8 }, (_, cpu) => `processor\t: ${cpu}\nflags\t\t: fpu avx`).join(
    '\n',
  ),
  '/proc/stat': 'cpu  100 0 100 800 0 0 0 0 0 0',
  '/proc/self/status': 'CapEff:\t000001ffffffffff\nSeccomp:\t0',
  '/proc/self/limits':
    'Max processes             96365                96365                processes\nMax open files            1024                 524288               files',
  '/proc/self/cgroup': '0::/user.slice/session-1.scope',
  '/proc/sys/kernel/pid_max': '4194304',
  '/proc/sys/kernel/threads-max': '192730',
  '/proc/sys/fs/file-max': '9223372036854775807',
  '/proc/sys/user/max_user_namespaces': '96365',
  '/proc/sys/user/max_net_namespaces': '96365',
  '/proc/sys/net/ipv4/neigh/default/gc_thresh3': '1024',
  '/proc/sys/net/ipv4/tcp_available_congestion_control': 'reno cubic',
  '/sys/devices/system/cpu/smt/active': '0',
  '/sys/devices/system/cpu/intel_pstate/no_turbo': '1',
  '/sys/devices/system/cpu/cpufreq/policy0/scaling_governor': 'performance',
};

const TOOLS = ['ip', 'ss', 'unshare', 'nsenter', 'setpriv', 'taskset', 'setsid', 'mount', 'ping', 'grep'];

/** How it answers, with some files and answers that differ. */
export function machineWith(files: Contents = {}, answers: Answers = {}): Answers {
  const lines = Object.entries({ ...HEALTHY_FILES, ...files }).flatMap(([path, text]) =>
    text.split('\n').map((line) => `${path}:${line}`),
  );
  return {
    ...Object.fromEntries(TOOLS.map((tool) => [`${tool} `, ''])),
    'grep -arsH': lines.join('\n'),
    'id -u': '0\n',
    'iperf3 --version': 'iperf 3.12 (cJSON 1.7.15)\n',
    'pgrep -x irqbalance': { code: 1 },
    ...answers,
  };
}

/** The same as an ordinary user. */
export const userMachineWith = (files: Contents = {}, answers: Answers = {}): Answers =>
  machineWith(files, { 'id -u': '1000\n', ...answers });
