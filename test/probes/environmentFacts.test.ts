import { describe, expect, test } from 'vitest';
import * as facts from '../../src/probes/environmentFacts.js';
import { parseGrep, SOURCES, type Files } from '../../src/probes/environmentFiles.js';

const filesWith = (contents: Partial<Record<keyof typeof SOURCES, string>>): Files =>
  new Map(Object.entries(contents).map(([name, text]) => [SOURCES[name as keyof typeof SOURCES], text]));

const XEON = `processor\t: 0
vendor_id\t: GenuineIntel
cpu family\t: 6
model\t\t: 167
model name\t: Intel(R) Xeon(R) Processor
flags\t\t: fpu vme avx hypervisor lahf_lm

processor\t: 1
model name\t: Intel(R) Xeon(R) Processor
flags\t\t: fpu vme avx hypervisor lahf_lm`;
const DESKTOP = XEON.replaceAll(' hypervisor', '');
const UML = 'processor\t: 0\nvendor_id\t: User Mode Linux\nmodel name\t: UML\nmode\t\t: skas';
const ARM = 'processor\t: 0\nBogoMIPS\t: 108.00\nFeatures\t: fp asimd\nCPU implementer\t: 0x41';

describe('the CPU', () => {
  test.each([
    [XEON, 'Intel(R) Xeon(R) Processor', 2],
    [UML, 'UML', 1],
    [ARM, 'unknown', 1],
  ])('is read from /proc/cpuinfo', (cpuinfo, model, count) => {
    expect(facts.cpuModel(filesWith({ cpuinfo }))).toBe(model);
    expect(facts.cpuCount(filesWith({ cpuinfo }))).toBe(count);
  });
});

describe('what runs the kernel', () => {
  test.each<[string, Parameters<typeof filesWith>[0], string]>([
    [
      'bare metal, by the missing flag',
      { cpuinfo: DESKTOP, vendor: 'Amazon EC2', product: 'c5.metal' },
      'none',
    ],
    ['user-mode Linux, whatever flags its host has', { cpuinfo: `${UML}\nflags\t: hypervisor` }, 'uml'],
    ['KVM, by its clock', { cpuinfo: XEON, clocksources: 'kvm-clock tsc acpi_pm' }, 'kvm'],
    ['KVM, by DMI', { cpuinfo: XEON, clocksources: 'tsc', vendor: 'QEMU', product: 'Standard PC' }, 'kvm'],
    ['Hyper-V', { cpuinfo: XEON, vendor: 'Microsoft Corporation', product: 'Virtual Machine' }, 'microsoft'],
    ['VirtualBox', { cpuinfo: XEON, vendor: 'innotek GmbH', product: 'VirtualBox' }, 'oracle'],
    ['VMware', { cpuinfo: XEON, vendor: 'VMware, Inc.', product: 'VMware7,1' }, 'vmware'],
    ['Xen, by its own file', { cpuinfo: XEON, hypervisor: 'xen', vendor: 'QEMU' }, 'xen'],
    ['a hypervisor that gives no name', { cpuinfo: XEON, clocksources: 'tsc' }, 'unknown hypervisor'],
    ['an ARM machine without DMI', { cpuinfo: ARM }, 'none'],
    ['an ARM machine in KVM', { cpuinfo: ARM, vendor: 'QEMU', product: 'KVM Virtual Machine' }, 'kvm'],
  ])('%s', (_title, contents, name) => {
    expect(facts.virtualization(filesWith(contents))).toBe(name);
  });
});

test('memory is read in bytes', () => {
  expect(facts.memoryBytes(filesWith({ meminfo: 'MemTotal:        2048 kB\nMemFree:  100 kB' }))).toBe(
    2_097_152,
  );
});

test('the distribution is named without the rest of its file', () => {
  const osRelease = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nHOME_URL="https://www.debian.org/"';
  expect(facts.distribution(filesWith({ osRelease }))).toBe('Debian GNU/Linux 12 (bookworm)');
});

test('steal is a share of all CPU time, guest time not counted twice', () => {
  const stat = 'cpu  100 0 100 700 0 0 50 50 40 0\ncpu0 1 1 1 1 1 1 1 1 1 1';
  expect(facts.stealShare(filesWith({ stat }))).toBe(0.05);
});

test('governors are told once each', () => {
  const policy = (number: number, file: string) => `/sys/devices/system/cpu/cpufreq/policy${number}/${file}`;
  const files: Files = new Map([
    [policy(0, 'scaling_governor'), 'powersave'],
    [policy(0, 'scaling_driver'), 'intel_pstate'],
    [policy(1, 'scaling_governor'), 'performance'],
    [policy(2, 'scaling_governor'), 'powersave'],
  ]);
  expect(facts.governors(files)).toEqual(['performance', 'powersave']);
});

test('of the kernel’s command line only what changes figures is kept, nothing that tells where the machine stands', () => {
  const cmdline =
    'BOOT_IMAGE=/vmlinuz root=UUID=1234 ip=192.0.2.7::192.0.2.1 mitigations=off isolcpus=2-3 quiet -- --token abc idle=poll';
  expect(facts.kernelParameters(filesWith({ cmdline }))).toBe('mitigations=off isolcpus=2-3');
});

test('files come apart by path, with the colons and lines of their text', () => {
  expect(parseGrep('/proc/a:x: 1\n/proc/a:y: 2\n/sys/b:z\n')).toEqual(
    new Map([
      ['/proc/a', 'x: 1\ny: 2'],
      ['/sys/b', 'z'],
    ]),
  );
});
