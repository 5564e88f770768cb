import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clean } from '../../src/commands/clean.js';
import type { Channel } from '../../src/nodes/node.js';
import { Testbed } from '../../src/nodes/testbed.js';
import { inspectUplink } from '../../src/nodes/uplink/inspect.js';
import { refusal } from '../../src/nodes/uplink/refuse.js';
import { guardUplink } from '../../src/nodes/uplink/uplink.js';
import { createWorld, portrait, said, type World } from './uplink.world.js';

const CONTROLLER = fileURLToPath(new URL('./uplink.controller.mjs', import.meta.url));
const root = process.getuid?.() === 0;
if (!root) console.warn('LEFT OUT: the tests of a physical uplink need root');

/** In CI they run in any case, and fail where they can't. */
describe.skipIf(!root && !process.env['CI'])('a physical uplink', { timeout: 60_000 }, () => {
  let world: World;
  let before: unknown;
  let channels: Channel[];

  beforeEach(async () => {
    channels = [];
    world = await createWorld();
    before = await portrait(world);
  }, 30_000);

  afterEach(async () => {
    for (const channel of channels) channel.kill();
    await Promise.all(channels.map(({ closed }) => closed));
    await world.close();
  });

  /** Starts a controller that lends eth1; its pid and the testbed's. */
  async function lend(): Promise<{ controller: number; init: number }> {
    const channel = world.spawn(process.execPath, CONTROLLER, 'eth1');
    channels.push(channel);
    const init = Number(await said(channel, /^\d+\n/));
    expect(await portrait(world)).toBeUndefined();
    const [controller] = await pids(CONTROLLER);
    return { controller: controller ?? 0, init };
  }

  /** Processes in this world's network with a text in their command line. */
  async function pids(text: string): Promise<number[]> {
    const { stdout } = await world.node.exec(['pgrep', '--ns', world.pid, '--nslist', 'net', '-f', text]);
    return stdout.split('\n').filter(Boolean).map(Number);
  }

  /** Waits for an uplink that is as it was, with nothing left of its guardian. */
  async function isBack(timeout: number): Promise<void> {
    await vi.waitFor(async () => expect(await portrait(world)).toEqual(before), { timeout, interval: 250 });
    await vi.waitFor(async () => expect(await pids('bench-guardian')).toEqual([]), { timeout: 6000 });
    expect(await world.run('ls', '/run/bench')).toBe('');
  }

  /** What a testbed does with an uplink. */
  async function use(testbed: Testbed): Promise<void> {
    const { code, output } = await testbed.run(`
      ip link set eth1 mtu 1500 promisc on name up0 && ip link set up0 up && ip addr add 10.9.0.7/24 dev up0 &&
      ip netns add c1 && ip link add eth0 link up0 netns c1 type macvlan mode bridge && ip -n c1 link set eth0 up`);
    expect(output).toBe('');
    expect(code).toBe(0);
  }

  /** Kills guardian and controller; what is returned keeps the testbed's network, which a veth would end with. */
  async function killBoth(controller: number, init: number): Promise<string> {
    const holder = world.spawn(
      'nsenter',
      '--target',
      String(init),
      '--net',
      'sh',
      '-c',
      'echo $$; exec sleep 60',
    );
    channels.push(holder);
    const pid = (await said(holder, /\n/)).trim();
    for (const guardian of await pids('bench-guardian')) process.kill(guardian, 'SIGKILL');
    process.kill(controller, 'SIGKILL');
    await vi.waitFor(() => expect(existsSync(`/proc/${String(init)}`)).toBe(false), { timeout: 5000 });
    return pid;
  }

  /** A physical device whose namespace ended comes home down, bare, and under another name if its own is taken. */
  async function returnAsKernelDoes(holder: string): Promise<void> {
    const inside = ['nsenter', '--target', holder, '--net'];
    await world.run(...inside, 'ip', 'link', 'set', 'dev', 'eth1', 'down', 'mtu', '1500', 'name', 'dev7');
    await world.run(...inside, 'ip', 'link', 'set', 'dev', 'dev7', 'netns', world.pid);
  }

  it('is exactly as before when it is released, though it was renamed, changed and built upon', async () => {
    const testbed = await Testbed.open(world.node);
    const uplink = await guardUplink(world.node, { uplink: 'eth1', testbedPid: testbed.outerPid });
    expect(await portrait(world)).toBeUndefined();
    await use(testbed);
    expect(await clean({ node: world.node, dryRun: false })).toEqual({
      text: 'eth1: in use by a run, left alone\n',
      exitCode: 0,
    });
    await uplink.release();
    await testbed.close();
    await isBack(3000);
  });

  it('stays lent while the controller lives, and longer than the guardian’s patience', async () => {
    const { init } = await lend();
    await sleep(7000);
    expect(existsSync(`/proc/${String(init)}`)).toBe(true);
    expect(await portrait(world)).toBeUndefined();
  });

  it('comes back within 10 s of the controller’s kill -9, and the testbed is gone', async () => {
    const { controller, init } = await lend();
    process.kill(controller, 'SIGKILL');
    await isBack(10_000);
    expect(existsSync(`/proc/${String(init)}`)).toBe(false);
  });

  it('comes back within 10 s of the controller’s last heartbeat, and the testbed is gone', async () => {
    const { controller, init } = await lend();
    process.kill(controller, 'SIGSTOP');
    await isBack(10_000);
    expect(existsSync(`/proc/${String(init)}`)).toBe(false);
  });

  it('is given back by `bench clean` when guardian and controller were both killed', async () => {
    const { controller, init } = await lend();
    const holder = await killBoth(controller, init);
    await returnAsKernelDoes(holder);
    expect(await portrait(world)).toBeUndefined();
    const pending = await clean({ node: world.node, dryRun: true });
    expect(pending.text).toMatch(/^eth1: would be given back by \/run\/bench\/eth1\.\d+\.journal\n$/);
    expect(await portrait(world)).toBeUndefined();
    const node = world.node;
    expect(await clean({ node, dryRun: false })).toEqual({
      text: 'eth1: given back as it was\n',
      exitCode: 0,
    });
    await isBack(3000);
    expect((await clean({ node, dryRun: false })).text).toBe('nothing to clean: no uplink is lent\n');
  });

  it('is not touched where the testbed can’t take it', async () => {
    const testbed = await Testbed.open(world.node);
    await testbed.run('ip link add eth1 type bridge');
    const lent = guardUplink(world.node, { uplink: 'eth1', testbedPid: testbed.outerPid });
    await expect(lent).rejects.toMatchObject({
      failure: { reason: 'uplink', detail: expect.stringContaining('moved into a testbed') as string },
    });
    await testbed.close();
    await isBack(1000);
  });

  it('is not lent again before a journal that was left is replayed', async () => {
    const { controller, init } = await lend();
    await returnAsKernelDoes(await killBoth(controller, init));
    await world.run('ip', 'link', 'set', 'dev', 'dev7', 'name', 'eth1');
    const testbed = await Testbed.open(world.node);
    const lent = guardUplink(world.node, { uplink: 'eth1', testbedPid: testbed.outerPid });
    await expect(lent).rejects.toMatchObject({
      failure: { reason: 'uplink', detail: expect.stringContaining('bench clean') as string },
    });
    await testbed.close();
    await clean({ node: world.node, dryRun: false });
    await isBack(3000);
  });

  it('that is lost is told by `bench clean`, and the journal is kept', async () => {
    const { controller, init } = await lend();
    const holder = await killBoth(controller, init);
    await world.run('nsenter', '--target', holder, '--net', 'ip', 'link', 'del', 'dev', 'eth1');
    const { text, exitCode } = await clean({ node: world.node, dryRun: false });
    expect(text).toMatch(/^eth1: not wholly given back; .*\neth1 \(.*\) is not in this network\n$/);
    expect(exitCode).toBe(1);
    expect(await world.run('ls', '/run/bench')).toMatch(/^eth1\.\d+\.journal\n$/);
  });

  it.each([
    ['holds the default route', 'ip route add default via 10.9.0.254', 'holds a default route'],
    [
      'holds a default route in another table',
      'ip -6 route add default via fd09::2 table 7',
      'default route',
    ],
    ['has a macvlan on top', 'ip link add m0 link eth1 type macvlan', 'remove m0,'],
    [
      'has a macvlan on top that went to another namespace',
      'ip link add m0 link eth1 netns peer type macvlan',
      'remove m0 (in another namespace)',
    ],
    ['has a master', 'ip link add br0 type bridge && ip link set eth1 master br0', 'belongs to br0'],
    ['has no carrier', 'ip -n peer link set far down', 'no carrier'],
    ['has a qdisc with classes', 'tc qdisc replace dev eth1 root handle 2: htb', 'its qdisc htb'],
  ])('that %s is refused', async (_, command, reason) => {
    await world.run('sh', '-c', command);
    const refused = refusal(await inspectUplink(world.node, 'eth1'), { mode: 'moved' });
    expect(refused?.message).toContain(reason);
  });

  it('that is the loopback, or does not exist, is refused', async () => {
    expect(refusal(await inspectUplink(world.node, 'lo'), { mode: 'moved' })?.message).toContain('loopback');
    await expect(inspectUplink(world.node, 'eth9')).rejects.toThrow(
      'there is no device eth9: name one of eth1',
    );
  });
});
