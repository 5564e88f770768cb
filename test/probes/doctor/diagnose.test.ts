import { describe, expect, test } from 'vitest';
import { diagnose, type Want } from '../../../src/probes/doctor/diagnose.js';
import type { Finding } from '../../../src/probes/doctor/finding.js';
import { fakeNode, type Answers } from './fakeNode.js';
import { machineWith, userMachineWith } from './healthyMachine.js';

const WANT: Want = {
  drivers: ['host', 'veth:bridge', 'macvlan:bridge'],
  topology: 'local',
  protocol: 'tcp',
  mtu: 1500,
  pairs: 4,
};

/** What is not ok on a machine. */
async function complaints(answers: Answers, want: Partial<Want> = {}): Promise<Finding[]> {
  const findings = await diagnose(fakeNode(answers), { ...WANT, ...want });
  return findings.filter(({ level }) => level !== 'ok');
}

/** The only thing that is not ok on a machine. */
async function complaint(answers: Answers, want: Partial<Want> = {}): Promise<Finding> {
  const found = await complaints(answers, want);
  expect(found, 'exactly one complaint').toHaveLength(1);
  return found[0]!;
}

test('a machine without a fault gets no complaint, as root and as a user', async () => {
  expect(await complaints(machineWith())).toEqual([]);
  expect(await complaints(userMachineWith())).toEqual([]);
});

test('nothing is tried outside a namespace of its own, and no setting is changed', async () => {
  const node = fakeNode(userMachineWith());
  await diagnose(node, WANT);
  const [script = '', ...others] = node.commands;
  const asked = Array.from(script.matchAll(/^answer \w+ (.*)$/gm), ([, command]) => command!);
  const looks = /^(?:echo "\$user"|missing|most_processes|grep -arsH|test -e|pgrep -x|\S+ (?:-V|--version)$)/;
  const changing = [...asked, ...others].filter((command) => !looks.test(command));
  expect(changing.length).toBeGreaterThan(1);
  const apart = /^unshare (?:\$as_root|--user --map-root-user) --net /;
  expect(changing.filter((command) => !apart.test(command))).toEqual([]);
});

test('a machine is asked by one program, one that tries links and one that looks for what a kernel shows', async () => {
  const node = fakeNode(machineWith());
  await diagnose(node, WANT);
  expect(node.commands).toHaveLength(3);
});

test('a machine that does not tell all is not judged', async () => {
  const answers = machineWith({}, { 'sh -c': '@user 0\n0\n' });
  delete answers['sh -c # Answers all that doctor asks'];
  await expect(diagnose(fakeNode(answers), WANT)).rejects.toThrow('fake did not tell all that doctor asks');
});

describe('what can not run', () => {
  test('iperf3 that is missing is installed with one line', async () => {
    const { level, check, mend } = await complaint(machineWith({}, { 'iperf3 --version': { code: 127 } }));
    expect({ level, check, mend }).toEqual({
      level: 'fail',
      check: 'iperf3',
      mend: 'apt-get install -y iperf3',
    });
  });

  test('iperf3 that is too old is told its age', async () => {
    const finding = await complaint(machineWith({}, { 'iperf3 --version': 'iperf 3.0.11\n' }));
    expect(finding).toMatchObject({ level: 'fail', check: 'iperf3' });
    expect(finding.means).toContain('must be 3.2 or newer, fake has 3.0.11');
  });

  test('all missing tools are installed with one line', async () => {
    const missing = { code: 127 };
    const answers = userMachineWith({}, { 'ping ': missing, 'taskset ': missing, 'setpriv ': missing });
    expect(await complaint(answers)).toEqual({
      level: 'fail',
      check: 'tools',
      means: 'setpriv, taskset, ping not found; without it no testbed can be built',
      mend: 'sudo apt-get install -y util-linux iputils-ping',
    });
  });

  const noIpvlan = {
    'unshare --net ip -force -batch': {
      code: 1,
      stderr: 'Error: Unknown device type.\nCommand failed -:2\n',
    },
  };

  test('a driver that is not available is left out as long as another one runs', async () => {
    const finding = await complaint(machineWith({}, noIpvlan), { drivers: ['host', 'ipvlan:l3'] });
    expect(finding).toEqual({
      level: 'warn',
      check: 'driver ipvlan:l3',
      means:
        'unavailable and left out: this kernel has no ipvlan mode l3 bridge (Error: Unknown device type.)',
    });
  });

  test('a kernel without veth is not blamed for what is tried on a veth', async () => {
    const stderr = 'Error: Unknown device type.\nCommand failed -:1\n';
    const answers = machineWith({}, { 'unshare --net ip -force -batch': { code: 1, stderr } });
    const finding = await complaint(answers, { drivers: ['macvlan:bridge'] });
    expect(finding.means).toContain('this kernel has no veth (Error: Unknown device type.)');
  });

  test('a driver that is asked for alone and not available is a failure', async () => {
    const finding = await complaint(machineWith({}, noIpvlan), { drivers: ['ipvlan:l3'] });
    expect(finding).toMatchObject({ level: 'fail', check: 'driver ipvlan:l3' });
  });

  test('a driver whose pairs can not talk is left out', async () => {
    const finding = await complaint(machineWith(), { drivers: ['host', 'macvlan:private'] });
    expect(finding).toMatchObject({ level: 'warn', check: 'driver macvlan:private' });
  });

  test('more pairs than a bridge has ports for is a failure that names the limit', async () => {
    const found = await complaints(machineWith(), { drivers: ['veth:bridge', 'macvlan:bridge'], pairs: 512 });
    expect(found).toContainEqual(
      expect.objectContaining({
        level: 'fail',
        check: 'driver veth:bridge',
        means: expect.stringMatching(/512 pairs do not fit: .*1023/) as string,
      }),
    );
    expect(found.map(({ check }) => check)).not.toContain('driver macvlan:bridge');
  });

  test('a congestion control that the kernel lacks is a failure of TCP', async () => {
    const answers = machineWith({ '/proc/sys/net/ipv4/tcp_available_congestion_control': 'reno' });
    expect(await complaint(answers)).toMatchObject({
      level: 'fail',
      check: 'congestion control',
      mend: 'modprobe tcp_cubic',
    });
    expect(await complaints(answers, { protocol: 'udp' })).toEqual([]);
  });

  test('every congestion control that is a factor is looked for', async () => {
    const finding = await complaint(machineWith(), { congestionControl: ['cubic', 'bbr'] });
    expect(finding).toMatchObject({ level: 'fail', mend: 'modprobe tcp_bbr' });
  });
});

describe('too many pairs for', () => {
  const CGROUP = { most_processes: '500\n' };

  test.each<[string, Answers, string, string | undefined]>([
    [
      'the neighbour table',
      machineWith({ '/proc/sys/net/ipv4/neigh/default/gc_thresh3': '256' }),
      'neighbour table',
      'sysctl -w net.ipv4.neigh.default.gc_thresh3=272',
    ],
    [
      'the PIDs',
      machineWith({ '/proc/sys/kernel/pid_max': '1024' }),
      'processes',
      'sysctl -w kernel.pid_max=1088',
    ],
    [
      "the session's cgroup",
      machineWith({}, CGROUP),
      'processes',
      'systemctl set-property user.slice TasksMax=1088',
    ],
    [
      "a user's processes",
      userMachineWith({ '/proc/self/limits': 'Max processes   1000  1000  processes' }),
      'processes',
      'ulimit -u 1088',
    ],
    [
      'the network namespaces',
      userMachineWith({ '/proc/sys/user/max_net_namespaces': '100' }),
      'network namespaces',
      'sudo sysctl -w user.max_net_namespaces=258',
    ],
    [
      "a process's open files",
      machineWith({ '/proc/self/limits': 'Max open files   64   64   files' }),
      'open files per process',
      'ulimit -n 256',
    ],
    [
      'the open files',
      machineWith({ '/proc/sys/fs/file-max': '4000' }),
      'open files',
      'sysctl -w fs.file-max=4352',
    ],
  ])('%s are a failure with the number that is needed', async (_title, answers, check, mend) => {
    const found = (await complaints(answers, { pairs: 128 })).filter(({ level }) => level === 'fail');
    expect(found).toEqual([expect.objectContaining({ check, mend })]);
  });
});

describe('private namespaces that are refused', () => {
  const REFUSED = { code: 1, stderr: 'unshare: unshare failed: Operation not permitted\n' };
  const root = { 'unshare --net --mount': REFUSED };
  const user = { 'unshare --user --map-root-user --net --mount': REFUSED };
  const CONTAINER = 'docker run --cap-add SYS_ADMIN --cap-add NET_ADMIN';

  test.each<[string, Answers, string, string]>([
    [
      'by Debian’s switch',
      userMachineWith({ '/proc/sys/kernel/unprivileged_userns_clone': '0' }, user),
      'kernel.unprivileged_userns_clone is 0',
      'sudo sysctl -w kernel.unprivileged_userns_clone=1',
    ],
    [
      'by their number',
      userMachineWith({ '/proc/sys/user/max_user_namespaces': '0' }, user),
      'user.max_user_namespaces is 0',
      'sudo sysctl -w user.max_user_namespaces=10000',
    ],
    [
      'by AppArmor',
      userMachineWith({ '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1' }, user),
      'kernel.apparmor_restrict_unprivileged_userns is 1',
      'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    ],
    [
      'by a container’s filter',
      userMachineWith({ '/proc/self/status': 'CapEff:\t0000000000000000\nSeccomp:\t2' }, user),
      'this container',
      CONTAINER,
    ],
    [
      'by a container’s capabilities, root or not',
      machineWith({ '/proc/self/status': 'CapEff:\t00000000a80425fb\nSeccomp:\t0' }, root),
      'this container',
      CONTAINER,
    ],
  ])('%s are opened with an exact line', async (_title, answers, because, mend) => {
    const finding = await complaint(answers, { drivers: ['host'] });
    expect(finding).toMatchObject({ level: 'fail', check: 'private namespaces' });
    expect(finding.means).toContain(because);
    expect(finding.mend).toContain(mend);
  });

  test('by nothing that doctor knows are told in unshare’s own words', async () => {
    const finding = await complaint(machineWith({}, root), { drivers: ['host'] });
    expect(finding.means).toContain('unshare failed: Operation not permitted');
    expect(finding.mend).toBeUndefined();
  });

  test('are not mistaken for a kernel without a driver', async () => {
    const answers = userMachineWith({}, { 'unshare --user --map-root-user --net': REFUSED });
    const found = await complaints(answers, { drivers: ['macvlan:bridge'] });
    expect(found.find(({ check }) => check === 'driver macvlan:bridge')?.means).toContain(
      'there is no private network namespace to try it in',
    );
  });
});

describe('conditions that spoil figures', () => {
  const CPU = '/sys/devices/system/cpu';
  const XEON = 'processor\t: 0\nflags\t\t: fpu hypervisor\nprocessor\t: 1\nprocessor\t: 2\nprocessor\t: 3';

  test.each<[string, Answers, string, string, string | undefined]>([
    [
      'a governor that saves power',
      machineWith({ [`${CPU}/cpufreq/policy1/scaling_governor`]: 'powersave' }),
      'governor',
      'performance, powersave',
      'echo performance | tee /sys/devices/system/cpu/cpufreq/policy*/scaling_governor',
    ],
    [
      'Intel’s turbo',
      userMachineWith({ [`${CPU}/intel_pstate/no_turbo`]: '0' }),
      'turbo',
      'on',
      'echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo',
    ],
    [
      'other makers’ turbo',
      machineWith({ [`${CPU}/cpufreq/boost`]: '1' }),
      'turbo',
      'on',
      'echo 0 | tee /sys/devices/system/cpu/cpufreq/boost',
    ],
    [
      'SMT',
      machineWith({ [`${CPU}/smt/active`]: '1' }),
      'SMT',
      'on',
      'echo off | tee /sys/devices/system/cpu/smt/control',
    ],
    [
      'irqbalance',
      machineWith({}, { 'pgrep -x irqbalance': '812\n' }),
      'irqbalance',
      'running',
      'systemctl stop irqbalance',
    ],
    [
      'a virtual machine',
      machineWith({ '/proc/cpuinfo': XEON }),
      'virtual machine',
      'unknown hypervisor',
      undefined,
    ],
    [
      'stolen time',
      machineWith({ '/proc/stat': 'cpu  100 0 100 700 0 0 0 100 0 0' }),
      'steal',
      '10.0 % of CPU time',
      undefined,
    ],
    [
      'br_netfilter as a module',
      machineWith({
        '/proc/sys/net/bridge/bridge-nf-call-iptables': '1',
        '/sys/module/br_netfilter/initstate': 'live',
      }),
      'br_netfilter',
      'loaded',
      'modprobe -r br_netfilter',
    ],
    [
      'br_netfilter inside the kernel',
      machineWith({ '/proc/sys/net/bridge/bridge-nf-call-iptables': '1' }),
      'br_netfilter',
      'loaded',
      undefined,
    ],
  ])('%s is worth a warning', async (_title, answers, check, means, mend) => {
    const finding = await complaint(answers);
    expect(finding).toMatchObject({ level: 'warn', check });
    expect(finding.means).toContain(means);
    expect(finding.mend).toBe(mend);
  });

  test('more pairs than cores is worth a warning', async () => {
    expect(await complaint(machineWith(), { pairs: 9 })).toMatchObject({ level: 'warn', check: 'cores' });
  });
});

describe('a physical uplink', () => {
  const BARE = {
    ifname: 'eth1',
    ifindex: 3,
    mtu: 1500,
    link_type: 'ether',
    address: '02:00:00:00:00:01',
    addr_info: [],
    max_mtu: 9216,
  };
  const UP = { ...BARE, flags: ['BROADCAST', 'UP', 'LOWER_UP'] };
  const machine = (link: object, routes: object[] = [], healthy = machineWith) => {
    const topics = { link: [link], links: [link], routes4: routes };
    const lines = Object.entries(topics).map(([topic, value]) => `@${topic}\n${JSON.stringify(value)}\n`);
    return healthy({}, { 'sh -c': lines.join('\n') });
  };
  const want = { uplink: { name: 'eth1', lending: { mode: 'moved' } }, mtu: 9000 } as const;
  const shared = { mode: 'shared', network: '10.0.0.0/16', consent: false } as const;

  test('that nothing else needs is fine', async () => {
    expect(await complaints(machine(UP), want)).toEqual([]);
  });

  test.each<[string, Answers, string]>([
    ['that is not there', machine({ ...UP, ifname: 'eth9' }), 'there is no device eth1'],
    ['with the default route', machine(UP, [{ dst: 'default', dev: 'eth1' }]), 'holds a default route'],
    ['with a master', machine({ ...UP, master: 'br0' }), 'ip link set eth1 nomaster'],
    ['without carrier', machine({ ...UP, flags: ['BROADCAST', 'UP'] }), 'no carrier'],
    [
      'whose driver carries less',
      machine({ ...UP, max_mtu: 1500 }),
      'an MTU of 1500 at most, and 9000 is asked for',
    ],
    ['of an ordinary user', machine(UP, [], userMachineWith), 'only root may move'],
  ])('%s is refused', async (_title, answers, because) => {
    const finding = await complaint(answers, want);
    expect(finding).toMatchObject({ level: 'fail', check: 'uplink' });
    expect(finding.means).toContain(because);
  });

  test('that stays is never too small: it is measured at the MTU that it has', async () => {
    const stays = { uplink: { name: 'eth1', lending: shared } };
    expect(await complaints(machine({ ...UP, mtu: 1500, max_mtu: 1500 }), { ...stays, mtu: 9000 })).toEqual(
      [],
    );
  });
});
