import { hostname, networkInterfaces, userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { createLocalNode } from '../../src/nodes/local.js';
import { readEnvironment } from '../../src/probes/environment.js';
import { fakeNode } from './doctor/fakeNode.js';

const MACHINE = {
  'grep -arsH': `/proc/sys/kernel/osrelease:6.1.0-18-amd64
/proc/sys/kernel/random/boot_id:0b1f8a52-6a5e-4b0e-b4f8-1a9f3b9a1c11
/proc/cpuinfo:processor\t: 0
/proc/cpuinfo:model name\t: Some CPU
/proc/cpuinfo:flags\t\t: fpu
/proc/meminfo:MemTotal:       1024 kB
/proc/sys/net/core/rmem_max:212992
/sys/devices/system/cpu/cpufreq/policy0/scaling_governor:schedutil
/sys/devices/system/cpu/vulnerabilities/meltdown:Mitigation: PTI
`,
  'iperf3 --version': 'iperf 3.12 (cJSON 1.7.15)\nLinux some-host 6.1.0\n',
  'ip -V': 'ip utility, iproute2-6.1.0\n',
};

describe('a machine’s conditions', () => {
  test('are its own, with what is missing told as absent', async () => {
    const environment = await readEnvironment(fakeNode(MACHINE), { warnings: ['SMT is on'] });
    expect(environment).toMatchObject({
      node: 'fake',
      kernel: '6.1.0-18-amd64',
      bootId: '0b1f8a52-6a5e-4b0e-b4f8-1a9f3b9a1c11',
      iperf3: '3.12',
      cpuModel: 'Some CPU',
      cpus: 1,
      memoryBytes: 1_048_576,
      virtualization: 'none',
      warnings: ['SMT is on'],
    });
    expect(environment.facts).toMatchObject({
      governor: 'schedutil',
      '/proc/sys/net/core/rmem_max': '212992',
      '/proc/sys/net/core/wmem_max': 'absent',
      '/sys/devices/system/cpu/vulnerabilities/meltdown': 'Mitigation: PTI',
      'iperf3 --version': 'iperf 3.12 (cJSON 1.7.15)',
      'ethtool --version': 'absent',
    });
  });

  test('include the settings of a physical uplink', async () => {
    const machine = { ...MACHINE, 'ethtool -k eth1': 'Features for eth1:\ngeneric-receive-offload: on\n' };
    const lending = { mode: 'shared', network: '10.0.0.0/16', consent: true, rateCap: 5e8 } as const;
    const { facts, uplink } = await readEnvironment(fakeNode(machine), { uplink: { name: 'eth1', lending } });
    expect(uplink).toEqual({ name: 'eth1', mode: 'shared', rateCap: 5e8 });
    expect(facts).toMatchObject({
      'ethtool -k eth1': 'Features for eth1:\ngeneric-receive-offload: on',
      'ethtool -g eth1': 'absent',
      '/sys/class/net/eth1/speed': 'absent',
    });
  });

  test('can be had of a machine that answers nothing', async () => {
    const environment = await readEnvironment(fakeNode({}));
    expect(environment).toMatchObject({
      kernel: 'absent',
      iperf3: 'absent',
      cpuModel: 'unknown',
      virtualization: 'none',
    });
  });

  test('are read of this machine, without its name, its user or its addresses', async () => {
    const environment = await readEnvironment(createLocalNode());
    expect(environment.kernel).toMatch(/^\d+\.\d+/);
    expect(environment.bootId).toMatch(/^[0-9a-f-]{36}$/);
    expect(environment.cpus).toBeGreaterThan(0);
    expect(environment.memoryBytes).toBeGreaterThan(0);
    const words = new Set(JSON.stringify(environment).split(/[^\w.:-]+/));
    const cards = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const addresses = cards.filter(({ internal }) => !internal).flatMap(({ address, mac }) => [address, mac]);
    const secrets = [...addresses, hostname(), userInfo().username];
    expect(secrets.filter((secret) => words.has(secret))).toEqual([]);
  });
});
