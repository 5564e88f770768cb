import { answer, type Answers } from './fakeNode.js';

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
  const all = {
    ...Object.fromEntries(TOOLS.map((tool) => [`${tool} `, ''])),
    'grep -arsH': lines.join('\n'),
    'id -u': '0\n',
    'iperf3 --version': 'iperf 3.12 (cJSON 1.7.15)\n',
    'pgrep -x irqbalance': { code: 1 },
    'test -e /proc/self/io': '',
    most_processes: '',
    ...answers,
  };
  return { ...all, 'sh -c # Answers all that doctor asks': asked(all) };
}

/** What ask.sh prints where its commands are answered so. */
function asked(answers: Answers): string {
  const user = answer(answers, 'id -u').stdout.trim();
  const asRoot = user === '0' ? '' : '--user --map-root-user ';
  const missing = TOOLS.filter((tool) => answer(answers, `${tool} `).code === 127);
  const said = {
    user: answer(answers, 'id -u'),
    missing: { code: 0, stdout: missing.join('\n'), stderr: '' },
    iperf3: answer(answers, 'iperf3 --version'),
    irqbalance: answer(answers, 'pgrep -x irqbalance'),
    namespaces: answer(answers, `unshare ${asRoot}--net --mount`),
    processes: answer(answers, 'most_processes'),
    files: answer(answers, 'grep -arsH'),
  };
  return Object.entries(said)
    .map(([name, { code, stdout, stderr }]) => `@${name} ${code}\n${(stdout + stderr).trimEnd()}\n`)
    .join('');
}

/** The same as an ordinary user. */
export const userMachineWith = (files: Contents = {}, answers: Answers = {}): Answers =>
  machineWith(files, { 'id -u': '1000\n', ...answers });
