/** What a machine's files say, as text and numbers. Pure. */
import { SOURCES, type Files } from './environmentFiles.js';

/** The model of the first CPU; `unknown` where the kernel does not name it, as on many ARM machines. */
export function cpuModel(files: Files): string {
  const cpuinfo = files.get(SOURCES.cpuinfo) ?? '';
  return /^(?:model name|cpu model|Model|cpu)\s*: (.+)$/m.exec(cpuinfo)?.[1] ?? 'unknown';
}

/** CPUs that are online. */
export function cpuCount(files: Files): number {
  return files.get(SOURCES.cpuinfo)?.match(/^processor\s*:/gm)?.length ?? 1;
}

export function memoryBytes(files: Files): number {
  const kibibytes = /^MemTotal:\s+(\d+) kB$/m.exec(files.get(SOURCES.meminfo) ?? '')?.[1];
  return Number(kibibytes ?? 0) * 1024;
}

export function distribution(files: Files): string | undefined {
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(files.get(SOURCES.osRelease) ?? '')?.[1];
}

/** Share of CPU time since boot that the hypervisor gave to others. */
export function stealShare(files: Files): number {
  const [, times = ''] = /^cpu +(.*)$/m.exec(files.get(SOURCES.stat) ?? '') ?? [];
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = times
    .split(' ')
    .map(Number);
  const total = user + nice + system + idle + iowait + irq + softirq + steal;
  return total > 0 ? steal / total : 0;
}

/** How many CPUs run under which frequency governor: `performance`, or `powersave, performance`. */
export function governors(files: Files): string[] {
  const found = [...files]
    .filter(([path]) => path.endsWith('/scaling_governor'))
    .map(([, governor]) => governor);
  return [...new Set(found)].toSorted();
}

/** Names of hypervisors as systemd-detect-virt gives them, by what DMI says of vendor and product. */
const DMI: [RegExp, string][] = [
  [/VMware/, 'vmware'],
  [/VirtualBox|innotek/, 'oracle'],
  [/Microsoft Corporation.*Virtual/, 'microsoft'],
  [/Xen/, 'xen'],
  [/Parallels/, 'parallels'],
  [/KVM|QEMU|Google Compute|Amazon EC2|DigitalOcean|OpenStack|RHEV|oVirt/, 'kvm'],
];
const CLOCKS: [RegExp, string][] = [
  [/kvm-clock/, 'kvm'],
  [/hyperv/, 'microsoft'],
  [/xen/, 'xen'],
];

/** What runs this kernel: `none` for bare metal, `uml`, `kvm`, ... or `unknown hypervisor`. */
export function virtualization(files: Files): string {
  const cpuinfo = files.get(SOURCES.cpuinfo) ?? '';
  if (/User Mode Linux/.test(cpuinfo)) return 'uml';
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1];
  if (flags !== undefined && !/\bhypervisor\b/.test(flags)) return 'none';
  const dmi = `${files.get(SOURCES.vendor)} ${files.get(SOURCES.product)}`;
  return (
    files.get(SOURCES.hypervisor) ??
    nameIn(CLOCKS, files.get(SOURCES.clocksources) ?? '') ??
    nameIn(DMI, dmi) ??
    (flags === undefined ? 'none' : 'unknown hypervisor')
  );
}

const nameIn = (table: [RegExp, string][], text: string): string | undefined =>
  table.find(([pattern]) => pattern.test(text))?.[1];

/** Kernel parameters that change figures; others may tell where the machine stands, so only these are recorded. */
const TELLING =
  /^(?:mitigations|isolcpus|nohz|nohz_full|rcu_nocbs|idle|tsc|clocksource|nosmt|nopti|noibrs|spectre_v2|intel_pstate|amd_pstate|intel_idle\.\w+|processor\.\w+|cpuidle\w*\.\w+|cpufreq\.\w+|hugepages|transparent_hugepage|iommu|intel_iommu|amd_iommu|pcie_aspm|preempt|threadirqs|skew_tick|nomodule|ipv6\.disable)(?:=|$)/;

/** The parameters of the kernel's command line that change figures. */
export function kernelParameters(files: Files): string {
  const [parameters = ''] = (files.get(SOURCES.cmdline) ?? '').split(' -- ');
  return parameters
    .split(/\s+/)
    .filter((word) => TELLING.test(word))
    .join(' ');
}
