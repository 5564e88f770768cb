import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, vi } from 'vitest';
import { parse } from 'yaml';
import type { Failure } from '../../src/failures.js';
import type { Keeper } from '../../src/nodes/lab/keeper.js';
import type { Lab } from '../../src/nodes/lab/lab.js';
import { inside, type LabNode } from '../../src/nodes/lab/machine.js';
import { PATH } from './bench.js';
import { call, down, status, up, WHOLE } from './lab.calls.js';
import {
  killNode,
  replaceProgram,
  setControlLink,
  setDataLink,
  setSwitchMtu,
  stopSshd,
} from './lab.faults.js';
import { ROOT, test, type World } from './world.js';

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const CONTROLLER = pathOf('./lab.controller.mjs');
const LENDER = pathOf('./uplink.controller.mjs');
const TESTBED = pathOf('../../src/nodes/testbed.sh');

/** Runs a command on a node over OpenSSH's own client, which trusts only what the lab has written down. */
async function ssh(world: World, { nodesFile }: Lab, { name }: LabNode, command: string): Promise<string> {
  const nodes = (parse(await world.run('cat', nodesFile)) as { nodes: Record<string, Entry> }).nodes;
  const { host, port, user, identity_file, known_hosts, proxy_command } = nodes[name]!;
  const settings = [
    ...['BatchMode=yes', 'StrictHostKeyChecking=yes', 'GlobalKnownHostsFile=none', 'IdentitiesOnly=yes'],
    ...[`UserKnownHostsFile=${known_hosts}`, `ProxyCommand=${proxy_command.join(' ')}`],
  ].flatMap((setting) => ['-o', setting]);
  const words = [
    '-F',
    'none',
    '-i',
    identity_file,
    '-p',
    String(port),
    ...settings,
    `${user}@${host}`,
    command,
  ];
  return world.run('ssh', ...words);
}

interface Entry {
  host: string;
  port: number;
  user: string;
  identity_file: string;
  known_hosts: string;
  proxy_command: string[];
}

const within = (node: LabNode, script: string): string[] => inside(node.keeper, ['sh', '-c', script]);
const ping = (node: LabNode, bytes: number): string[] =>
  within(node, `ping -c 1 -W 1 -M do -s ${bytes - 28} 10.9.0.2`);

/** Gives the uplinks of the first two nodes addresses: 10.9.0.1 and 10.9.0.2. */
async function address(world: World, { nodes }: Lab): Promise<[LabNode, LabNode]> {
  const [first, second] = nodes as [LabNode, LabNode];
  await world.run(...within(first, 'ip addr add 10.9.0.1/24 dev eth1'));
  await world.run(...within(second, 'ip addr add 10.9.0.2/24 dev eth1'));
  return [first, second];
}

if (!ROOT) console.warn('LEFT OUT: the tests of the lab need root');

/** In CI they run in any case, and fail where they can't. Each fails too if its machine is not as it was. */
describe.skipIf(!ROOT && !process.env['CI'])('a lab', () => {
  test('is reached by ssh at once, and is machines of their own with a bare uplink', async ({ world }) => {
    const before = await world.run('ip', 'link');
    const lab = await up(world);
    const [node1, node2] = lab.nodes;
    const own = 'hostname; cat /proc/1/comm; test -e /run/bench || echo its own /run';
    expect(await ssh(world, lab, node1, own)).toBe('node1\nsh\nits own /run');
    await ssh(world, lab, node1, 'sh -c "sleep 0.1 & exec true"; sleep 0.3');
    expect(await ssh(world, lab, node1, 'cat /proc/[0-9]*/stat')).not.toContain(') Z ');
    expect(await ssh(world, lab, node2, 'hostname')).toBe('node2');
    const [uplink] = JSON.parse(await ssh(world, lab, node2, 'ip -j addr show dev eth1')) as object[];
    expect(uplink).toMatchObject({ ifname: 'eth1', mtu: 9000, operstate: 'UP', addr_info: [] });
    expect(await ssh(world, lab, node2, 'cat /sys/class/net/eth1/mtu; ls /sys/fs/cgroup')).toMatch(
      /^9000\n./,
    );
    expect(await world.run('ip', 'link')).toBe(before);
    expect(await world.run('stat', '-c', '%a', `${lab.folder}/..`, `${lab.folder}/id_ed25519`)).toBe(
      '700\n600',
    );
    await down(world);
  });

  test('has nodes in which a testbed can be opened and the uplink lent, and given back', async ({
    world,
  }) => {
    const lab = await up(world);
    const [node1] = lab.nodes;
    const open = 'unshare --net --mount --pid --fork --kill-child sh';
    expect(await ssh(world, lab, node1, `${open} -c "$(cat ${TESTBED})"`)).toMatch(/^outer \d+$/);
    const lend = inside(node1.keeper, ['timeout', '-s', 'KILL', '4', process.execPath, LENDER, 'eth1']);
    const lent = world.run(...lend).catch(() => undefined);
    const state = async (): Promise<unknown> => (await status(world))[0]?.nodes[0];
    await vi.waitFor(async () => expect(await state()).toMatchObject({ uplink: 'down' }), { timeout: 5000 });
    await lent;
    await vi.waitFor(async () => expect(await state()).toMatchObject(WHOLE), { timeout: 12_000 });
    await down(world);
  });

  test('carries jumbo frames, but no more than its rate, until the switch drops them or the link is cut', async ({
    world,
  }) => {
    const lab = await up(world, { rate: '200mbit' });
    const [node1, node2] = await address(world, lab);
    await world.run(...ping(node1, 9000));
    await world.run(...within(node2, 'iperf3 -s -1 -D'));
    const measured = await world.run(...within(node1, 'iperf3 -c 10.9.0.2 -t 2 -J'));
    const { end } = JSON.parse(measured) as { end: { sum_received: { bits_per_second: number } } };
    expect(end.sum_received.bits_per_second).toBeGreaterThan(100e6);
    expect(end.sum_received.bits_per_second).toBeLessThan(220e6);
    await world.run(...setSwitchMtu(lab, node2, 1500));
    await world.run(...ping(node1, 1500));
    await expect(world.run(...ping(node1, 1501))).rejects.toThrow('100% packet loss');
    await world.run(...setDataLink(lab, node2, 'down'));
    await expect(world.run(...ping(node1, 1500))).rejects.toThrow('100% packet loss');
    await down(world);
  });

  test('stands beside another one, but not beside one of its own name', async ({ world }) => {
    const lab = await up(world);
    const other = await up(world, { name: 'x', rate: '1gbit', mtu: 1500 });
    expect(await ssh(world, lab, lab.nodes[0], 'hostname')).toBe('node1');
    expect(await ssh(world, other, other.nodes[0], 'hostname')).toBe('x-node1');
    const refused = await call<{ failure: Failure }>(world, 'up', { name: 'x' });
    expect(refused.failure).toMatchObject({
      reason: 'usage',
      message: expect.stringContaining('x is there already') as string,
    });
    const { text, exitCode } = await call<{ text: string; exitCode: number }>(world, 'describe', {});
    expect(exitCode).toBe(0);
    expect(text).toBe(`lab default: 2 nodes, links of 10 Gbit/s, MTU 9000
  node1  192.0.2.11  uplink up, MTU 9000  sshd answers
  node2  192.0.2.12  uplink up, MTU 9000  sshd answers
  nodes file: /run/bench/labs/default/nodes.yaml

lab x: 2 nodes, links of 1 Gbit/s, MTU 1500
  x-node1  192.0.2.11  uplink up, MTU 1500  sshd answers
  x-node2  192.0.2.12  uplink up, MTU 1500  sshd answers
  nodes file: /run/bench/labs/x/nodes.yaml
`);
    await down(world);
    expect(await status(world)).toMatchObject([{ name: 'x', nodes: [{ sshd: true }, { sshd: true }] }]);
    await down(world, 'x');
    const none = await call<{ failure: Failure }>(world, 'down', 'x');
    expect(none.failure).toMatchObject({ reason: 'usage', message: 'there is no lab named x; no lab runs' });
  });

  test('tells what of it is dead or cut off, and what is mended answers again', async ({ world }) => {
    const lab = await up(world);
    const [node1, node2] = lab.nodes;
    await world.run(...killNode(node2));
    await world.run(...stopSshd(node1));
    const { text, exitCode } = await call<{ text: string; exitCode: number }>(world, 'describe', {});
    expect(exitCode).toBe(1);
    expect(text).toContain(
      'node1  192.0.2.11  uplink up, MTU 9000  sshd does not answer\n  node2  192.0.2.12  dead\n',
    );
    expect(text).toContain('not whole: `bench lab down --name default` ends it');

    await call(world, 'startSshd', node1);
    const revived = await call<LabNode>(world, 'startNode', { lab, node: node2 });
    expect(await ssh(world, lab, revived, 'hostname')).toBe('node2');
    await world.run(...setControlLink(lab, node1, 'down'));
    expect((await status(world))[0]?.nodes.map(({ sshd }) => sshd)).toEqual([false, true]);
    await world.run(...setControlLink(lab, node1, 'up'));
    expect(await ssh(world, lab, node1, 'hostname')).toBe('node1');
    await down(world);
  });

  test('can have another program in the place of a node’s own, on that node alone', async ({ world }) => {
    const lab = await up(world);
    const [node1, node2] = lab.nodes;
    await world.run(
      ...replaceProgram(node1, 'date', 'exec "$real" --date="@$(($("$real" +%s) + 3600))" "$@"'),
    );
    const seconds = async (node: LabNode): Promise<number> => Number(await ssh(world, lab, node, 'date +%s'));
    const ahead = (await seconds(node1)) - (await seconds(node2));
    expect(Math.abs(ahead - 3600)).toBeLessThan(20);
    await down(world);
  });

  for (const machine of ['management', 'switch', 'node1']) {
    test(`whose machine ${machine} was killed is taken down`, async ({ world }) => {
      const { management, switch: dataNetwork, nodes } = await up(world);
      const keepers: Record<string, Keeper> = { management, switch: dataNetwork, node1: nodes[0].keeper };
      const { pid } = keepers[machine]!;
      await world.run('kill', '-KILL', String(pid));
      expect((await status(world))[0]?.nodes.every(({ uplink, sshd }) => uplink === 'up' && sshd)).toBe(
        false,
      );
      await down(world);
    });
  }

  test('whose making was killed is taken down', async ({ world }) => {
    const killed = `"$@" & until [ -e /run/bench/labs/default/keepers/node1 ]; do sleep 0.01; done; kill -KILL $!`;
    const making = [process.execPath, CONTROLLER, 'up', '{"nodes":8}'];
    await world.run('sh', '-c', killed, 'sh', ...making);
    expect(await status(world)).toMatchObject([{ name: 'default', management: true, switch: true }]);
    await down(world);
  });

  test('that fails half-way leaves nothing', async ({ world }) => {
    const bin = join(world.folder, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'tc'), '#!/bin/sh\necho "no tbf here" >&2\nexit 1\n');
    await chmod(join(bin, 'tc'), 0o755);
    const { failure } = await call<{ failure: Failure }>(world, 'up', {}, `${bin}:${PATH}`);
    expect(failure).toMatchObject({
      reason: 'unavailable',
      detail: expect.stringContaining('no tbf here') as string,
    });
  });

  test('names the package of what it lacks', async ({ world }) => {
    await world.run('mount', '--bind', '/dev/null', '/usr/sbin/sshd');
    const { failure } = await call<{ failure: Failure }>(world, 'up', {});
    expect(failure).toMatchObject({
      reason: 'tool-missing',
      message: expect.stringContaining('apt-get install -y openssh-server') as string,
    });
    await world.run('umount', '/usr/sbin/sshd');
  });

  test('of 32 nodes is up within seconds', async ({ world }) => {
    const begun = performance.now();
    const lab = await up(world, { nodes: 32 });
    const seconds = (performance.now() - begun) / 1000;
    console.log(`32 nodes were up after ${seconds.toFixed(1)} s`);
    const [state] = await status(world);
    expect(state?.nodes.filter(({ sshd, uplink }) => sshd && uplink === 'up')).toHaveLength(32);
    expect(await ssh(world, lab, lab.nodes[31]!, 'hostname')).toBe('node32');
    expect(seconds).toBeLessThan(20);
    await down(world);
  });
});
