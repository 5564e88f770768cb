/** Which of a machine's files tell its conditions, and one process that reads them all. */
import type { Node } from '../nodes/node.js';

/** Contents by path, without the last newline; a file that is missing, empty or unreadable is absent. */
export type Files = Map<string, string>;

/** Reads files, and all files below folders, with one `grep`. */
export async function readFiles(node: Node, paths: string[]): Promise<Files> {
  const { stdout } = await node.exec(['grep', '-arsH', '.', ...paths]);
  return parseGrep(stdout);
}

/** Parses `path:line` lines. */
export function parseGrep(text: string): Files {
  const files: Files = new Map();
  for (const [, path, line] of text.matchAll(/^(\/[^:]*):(.*)$/gm)) {
    const before = files.get(path!);
    files.set(path!, before === undefined ? line! : `${before}\n${line!}`);
  }
  return files;
}

const CPU = '/sys/devices/system/cpu';

/** Files that are read for what stands in them, and not kept as they are. */
export const SOURCES = {
  cpuinfo: '/proc/cpuinfo',
  meminfo: '/proc/meminfo',
  stat: '/proc/stat',
  cmdline: '/proc/cmdline',
  osRelease: '/etc/os-release',
  kernel: '/proc/sys/kernel/osrelease',
  bootId: '/proc/sys/kernel/random/boot_id',
  hypervisor: '/sys/hypervisor/type',
  clocksources: '/sys/devices/system/clocksource/clocksource0/available_clocksource',
  vendor: '/sys/class/dmi/id/sys_vendor',
  product: '/sys/class/dmi/id/product_name',
  cpufreq: `${CPU}/cpufreq`,
} as const;

/** Files that doctor judges too. */
export const CONDITIONS = {
  smt: `${CPU}/smt/active`,
  noTurbo: `${CPU}/intel_pstate/no_turbo`,
  boost: `${CPU}/cpufreq/boost`,
  bridgeNetfilter: '/proc/sys/net/bridge/bridge-nf-call-iptables',
  neighbours: '/proc/sys/net/ipv4/neigh/default/gc_thresh3',
  congestionControls: '/proc/sys/net/ipv4/tcp_available_congestion_control',
} as const;

/** Files that are recorded as they are. */
export const FACTS: string[] = [
  '/proc/sys/kernel/version',
  '/proc/loadavg',
  ...Object.values(CONDITIONS),
  '/proc/sys/net/ipv4/neigh/default/gc_thresh1',
  '/proc/sys/net/ipv4/neigh/default/gc_thresh2',
  '/proc/sys/net/ipv4/tcp_congestion_control',
  '/proc/sys/net/ipv4/tcp_rmem',
  '/proc/sys/net/ipv4/tcp_wmem',
  '/proc/sys/net/ipv4/udp_mem',
  ...['rmem_default', 'rmem_max', 'wmem_default', 'wmem_max'].map((name) => `/proc/sys/net/core/${name}`),
  ...['netdev_budget', 'netdev_budget_usecs', 'netdev_max_backlog'].map(
    (name) => `/proc/sys/net/core/${name}`,
  ),
  '/proc/sys/net/core/default_qdisc',
  '/sys/fs/cgroup/cpu.max',
  '/sys/devices/system/clocksource/clocksource0/current_clocksource',
  '/sys/devices/system/node/online',
  `${CPU}/online`,
  `${CPU}/isolated`,
  `${CPU}/intel_pstate/status`,
  `${CPU}/cpu0/thermal_throttle/core_throttle_count`,
  `${CPU}/cpu0/thermal_throttle/package_throttle_count`,
  '/sys/class/thermal/thermal_zone0/temp',
];

/** Folders whose files are recorded as they are; which ones there are depends on the kernel. */
export const FACT_FOLDERS: string[] = [`${CPU}/vulnerabilities`];
