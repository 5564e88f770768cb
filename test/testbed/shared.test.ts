import { describe, expect, vi } from 'vitest';
import { countedRecords } from '../../src/results/read.js';
import type { RunRecord } from '../../src/results/record.js';
import { small } from './bench.js';
import { down, status, up, WHOLE } from './lab.calls.js';
import { setControlLink } from './lab.faults.js';
import { ROOT, test, type World } from './world.js';

/** A lab's nodes file without uplinks. */
const BARE = '/run/bench/labs/default/bare.yaml';
const SHARED = ['--uplink-mode', 'shared'];

/** A device that the machine lives on, in a network apart from the containers'. */
const ADD_UPLINK = `ip link add eth1 mtu 1500 type veth peer name far1
for end in eth1 far1; do ip link set $end addrgenmode none; ip link set $end up; done
while ip link show eth1 | grep -q NO-CARRIER; do sleep 0.05; done
ip addr add 192.0.2.7/24 dev eth1
ip route add default via 192.0.2.1 metric 50`;

/** What a container's device is, while one of them runs. */
const CHILD = 'nsenter --target $(pgrep -o iperf3) --net ip -d link show dev eth0';

async function runs(world: World): Promise<RunRecord[]> {
  return countedRecords((await world.experiment()).records);
}

/** Everything about an uplink but how many want all its frames. */
async function portrait(world: World, uplink: string): Promise<string> {
  const address = await world.run('ip', '-d', 'addr', 'show', 'dev', uplink);
  return [address.replace(/promiscuity \d+ /, ''), await world.run('ip', 'route')].join('\n');
}

if (!ROOT) console.warn('LEFT OUT: uplinks that are shared need root');

describe.skipIf(!ROOT && !process.env['CI'])('an uplink that stays with the machine', () => {
  test('gets children and is itself never changed, even if the default route goes by it', async ({
    world,
  }) => {
    await world.run('sh', '-c', ADD_UPLINK);
    const before = await portrait(world, 'eth1');
    const command = [
      ...['run', 'local-tcp', '--uplink', 'eth1', ...SHARED],
      ...small({ drivers: 'macvlan,macvlan:vepa', reference: 'macvlan', mtu: '1500,9000', retries: '0' }),
    ];
    const refused = await (await world.bench(command)).ended;
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/eth1 holds a default route.*--share-default-route.*--rate-cap/);

    const bench = await world.bench([...command, '--share-default-route']);
    await Promise.race([bench.reached(1, 'window'), bench.reached(2, 'window')]);
    expect(await world.run('sh', '-c', CHILD)).toContain('macvlan mode bridge');
    expect(await portrait(world, 'eth1')).toBe(before);
    const { code, stderr } = await bench.ended;
    expect(code, 'no switch sends vepa’s frames back').toBe(1);
    expect(stderr).toContain('MTU 9000 is not measured: eth1 stays as it is, with an MTU of 1500');
    expect(await portrait(world, 'eth1')).toBe(before);

    const { header } = await world.experiment();
    expect(header.environments[0]!.uplink).toEqual({ name: 'eth1', mode: 'shared' });
    const records = await runs(world);
    expect(records.map(({ cell, status }) => [cell.driver, cell.mtu, status]).sort()).toEqual([
      ['macvlan:bridge', 1500, 'ok'],
      ['macvlan:vepa', 1500, 'failed'],
    ]);
    await world.run('ip', 'link', 'del', 'dev', 'eth1');
    await world.run('rmdir', '/run/bench');
  });

  test('is shared by one run at a time: another would give its containers the same addresses', async ({
    world,
  }) => {
    await up(world);
    const command = [
      ...['run', 'switched-tcp', '--nodes', 'node1,node2', ...SHARED],
      ...small({ drivers: 'macvlan', reference: 'macvlan', mtu: '9000', retries: '0', duration: '5s' }),
    ];
    const first = await world.bench([...command, '--results', 'first']);
    await first.reached(1, 'window');
    const { code, stderr } = await (await world.bench(command)).ended;
    expect(stderr).toContain('eth1 of node1 could not be shared');
    expect(stderr).toContain('another run shares eth1 at this moment');
    expect(code).toBe(3);
    expect((await first.ended).code).toBe(0);
    await expect.poll(() => status(world)).toMatchObject([{ nodes: [WHOLE, WHOLE] }]);
    await down(world);
  });

  test('joins nodes, below a rate cap, and drivers that would need it moved are left out', async ({
    world,
  }) => {
    await up(world);
    const bench = await world.bench([
      ...['run', 'switched-tcp', '--nodes', 'node1,node2', ...SHARED, '--rate-cap', '80mbit'],
      ...small({ drivers: 'host,veth,macvlan', reference: 'macvlan', mtu: '9000', pairs: '4' }),
    ]);
    const { code, stderr } = await bench.ended;
    expect(code, stderr).toBe(0);
    for (const driver of ['host', 'veth:bridge'])
      expect(stderr).toContain(`${driver} is not measured: node1: eth1 stays as it is`);
    expect(stderr).toContain('node2: rate cap: clients send 80 Mbit/s together at most');
    const [record, ...more] = await runs(world);
    expect(more).toEqual([]);
    expect(record).toMatchObject({ status: 'ok', cell: { driver: 'macvlan:bridge' } });
    const { throughput } = record!.measurement!;
    expect(throughput).toBeGreaterThan(20e6);
    // What the buckets hold when the window opens adds a hundredth of a second to it.
    expect(throughput).toBeLessThan(83e6);
    const { header } = await world.experiment();
    expect(header.environments.map(({ uplink }) => uplink?.rateCap)).toEqual([undefined, 80e6]);
    await expect.poll(() => status(world)).toMatchObject([{ nodes: [WHOLE, WHOLE] }]);
    await down(world);
  });

  test.for([
    ['containers share its uplink', ['switched-tcp', '--nodes', 'node1,node2', ...SHARED], '9000'],
    ['it lends no uplink', ['local-tcp', '--nodes', 'node2', '--nodes-file', BARE], '1500'],
  ] as const)(
    'a node is as before within 10 s of a cut control link though %s',
    async ([, words, mtu], { world }) => {
      const lab = await up(world);
      const [, node] = lab.nodes;
      await world.run('sh', '-c', `sed /uplink/d /run/bench/labs/default/nodes.yaml >${BARE}`);
      const testbeds = async (): Promise<number> =>
        Number(await world.run('sh', '-c', 'lsns --noheadings --type net --output NS | sort -u | wc -l'));
      const before = await testbeds();
      const factors = { drivers: 'macvlan', reference: 'macvlan', mtu, duration: '60s', retries: '0' };
      const bench = await world.bench(['run', ...words, ...small(factors)]);
      await bench.reached(1, 'window');
      expect(await testbeds()).toBeGreaterThan(before);
      await world.run(...setControlLink(lab, node, 'down'));
      await bench.signal('KILL');
      await vi.waitFor(async () => expect(await testbeds()).toBe(before), { timeout: 10_000, interval: 250 });
      await world.run(...setControlLink(lab, node, 'up'));
      await expect.poll(() => status(world)).toMatchObject([{ nodes: [WHOLE, WHOLE] }]);
      await down(world);
    },
  );
});
