import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clean } from '../../src/commands/clean.js';
import { Testbed } from '../../src/nodes/testbed.js';
import { inspectUplink } from '../../src/nodes/uplink/inspect.js';
import { planRestoration } from '../../src/nodes/uplink/restoration.js';
import { guardUplink, type GuardedUplink } from '../../src/nodes/uplink/uplink.js';
import { createWorld, portrait, said, type World } from './uplink.world.js';

const CONTROLLER = fileURLToPath(new URL('./uplink.controller.mjs', import.meta.url));
const root = process.getuid?.() === 0;
if (!root) console.warn('LEFT OUT: the tests of a physical uplink need root');

/** In CI they run in any case, and fail where they can't. */
describe.skipIf(!root && !process.env['CI'])('a physical uplink', { timeout: 90_000 }, () => {
  let world: World;
  let before: unknown;

  beforeEach(async () => {
    world = await createWorld();
    before = await portrait(world);
  }, 30_000);

  afterEach(() => world.close());

  /** Starts a controller of its own process that lends eth1; its pid and that of the testbed's first process. */
  async function lend(): Promise<{ controller: number; init: number }> {
    const init = Number(await said(world.node.spawn([process.execPath, CONTROLLER, 'eth1']), /^\d+\n/));
    expect(await portrait(world)).toBeUndefined();
    const [controller = 0] = await world.pids(CONTROLLER);
    return { controller, init };
  }

  function lendTo(testbed: Testbed): Promise<GuardedUplink> {
    return guardUplink(world.node, { uplink: 'eth1', testbedPid: testbed.outerPid });
  }

  async function kill(signal: string, ...pids: number[]): Promise<void> {
    await world.run('kill', `-${signal}`, ...pids.map(String));
  }

  /** Waits for an uplink that is as it was, with nothing left of its guardian. */
  async function isBack(timeout: number): Promise<void> {
    await vi.waitFor(async () => expect(await portrait(world)).toEqual(before), { timeout, interval: 250 });
    await vi.waitFor(async () => expect(await world.pids('bench-guardian')).toEqual([]), { timeout: 6000 });
    expect(await world.run('ls', '/run/bench')).toBe('');
  }

  /** Kills guardian and controller; what is returned keeps the testbed's network, which a veth would end with. */
  async function killBoth(controller: number, init: number): Promise<string> {
    const enter = ['nsenter', '--target', String(init), '--net'];
    const holder = await said(world.node.spawn([...enter, 'sh', '-c', 'echo $$; exec sleep 60']), /\n/);
    await kill('KILL', controller, ...(await world.pids('bench-guardian')));
    await vi.waitFor(async () => expect(await world.alive(init)).toBe(false), { timeout: 5000 });
    return holder.trim();
  }

  /** A physical device whose namespace ended comes home down, bare, and under another name if its own is taken. */
  async function returnAsKernelDoes(holder: string): Promise<void> {
    const inside = ['nsenter', '--target', holder, '--net'];
    await world.run(...inside, 'ip', 'link', 'set', 'dev', 'eth1', 'down', 'mtu', '1500', 'name', 'dev7');
    await world.run(...inside, 'ip', 'link', 'set', 'dev', 'dev7', 'netns', '1');
  }

  it('is exactly as before when it is released, though it was renamed, changed and built upon', async () => {
    const testbed = await Testbed.open(world.node);
    const uplink = await lendTo(testbed);
    expect(await portrait(world)).toBeUndefined();
    const used = await testbed.run(`
      ip link set eth1 mtu 1500 promisc on name up0 && ip link set up0 up && ip addr add 10.9.0.7/24 dev up0 &&
      ip netns add c1 && ip link add eth0 link up0 netns c1 type macvlan mode bridge && ip -n c1 link set eth0 up`);
    expect(used).toEqual({ code: 0, output: '' });
    expect((await clean({ node: world.node, dryRun: false })).text).toBe(
      'eth1: in use by a run, left alone\n',
    );
    await uplink.release();
    await isBack(10_000);
    await testbed.close();
  });

  it('stays lent while the controller lives, longer than the guardian waits for a heartbeat', async () => {
    const { init } = await lend();
    await sleep(7000);
    expect(await world.alive(init)).toBe(true);
    expect(await portrait(world)).toBeUndefined();
  });

  it.each([
    ['kill -9', 'KILL'],
    ['last heartbeat', 'STOP'],
  ])('comes back within 10 s of the controller’s %s, and the testbed is gone', async (_, signal) => {
    const { controller, init } = await lend();
    await kill(signal, controller);
    await isBack(10_000);
    expect(await world.alive(init)).toBe(false);
  });

  it('is given back by `bench clean` when guardian and controller were both killed', async () => {
    const { node } = world;
    const { controller, init } = await lend();
    await returnAsKernelDoes(await killBoth(controller, init));
    const pending = await clean({ node, dryRun: true });
    expect(pending.text).toMatch(/^eth1: would be given back by \/run\/bench\/eth1\.\d+\.journal\n$/);
    expect(await portrait(world)).toBeUndefined();
    expect(await clean({ node, dryRun: false })).toEqual({
      text: 'eth1: given back as it was\n',
      exitCode: 0,
    });
    await isBack(10_000);
    expect((await clean({ node, dryRun: false })).text).toBe('nothing to clean: no uplink is lent\n');
  });

  it('is not touched where the testbed can’t take it', async () => {
    const testbed = await Testbed.open(world.node);
    await testbed.run('ip link add eth1 type bridge');
    await expect(lendTo(testbed)).rejects.toMatchObject({
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
    await expect(lendTo(testbed)).rejects.toMatchObject({
      failure: { reason: 'uplink', detail: expect.stringContaining('bench clean') as string },
    });
    await testbed.close();
    await clean({ node: world.node, dryRun: false });
    await isBack(10_000);
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

  it('gets back every qdisc that is not refused', async () => {
    const read = (): Promise<string> => world.run('tc', '-j', 'qdisc', 'show', 'dev', 'eth1');
    const qdiscs = ['tbf rate 10gbit burst 4mb latency 5ms', 'tbf rate 40mbit burst 16k latency 50ms'];
    for (const qdisc of [...qdiscs, 'pfifo limit 33', 'bfifo limit 3000', 'mq', 'pfifo_fast', 'noqueue']) {
      await world.run(
        'sh',
        '-c',
        `tc qdisc del dev eth1 root; tc qdisc add dev eth1 root handle 7: ${qdisc}`,
      );
      const was = await read();
      const { journal } = planRestoration(await inspectUplink(world.node, 'eth1'));
      const commands = journal.filter((line) => line.startsWith('tc'));
      await world.run(
        'sh',
        '-c',
        `tc qdisc del dev eth1 root; tc qdisc del dev eth1 clsact; ${commands.join(';')}`,
      );
      expect(await read()).toBe(was);
    }
  });

  it('is seen with all that is on it, in this namespace and in others', async () => {
    await world.run('ip', 'link', 'add', 'm0', 'link', 'eth1', 'type', 'macvlan');
    await world.run('ip', 'link', 'add', 'm1', 'link', 'eth1', 'netns', 'peer', 'type', 'macvlan');
    await world.run('ip', '-n', 'peer', 'link', 'set', 'far', 'down');
    const state = await inspectUplink(world.node, 'eth1');
    expect(state.uppers).toEqual(['m0', 'm1 (in another namespace)']);
    expect(state.link.flags).not.toContain('LOWER_UP');
    await expect(inspectUplink(world.node, 'eth9')).rejects.toThrow('there is no device eth9');
  });
});
