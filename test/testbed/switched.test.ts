import { describe, expect } from 'vitest';
import { countedRecords } from '../../src/results/read.js';
import type { Measurement, RunRecord } from '../../src/results/record.js';
import { small } from './bench.js';
import { down, status, up, WHOLE } from './lab.calls.js';
import { flood } from './lab.faults.js';
import { ROOT, test, type World } from './world.js';

/** Runs a scenario over nodes to its end; the runs that count. */
async function measure(
  world: World,
  scenario: string,
  factors: Record<string, string>,
): Promise<RunRecord[]> {
  const bench = await world.bench(['run', scenario, ...small({ nodes: 'node1,node2', ...factors })]);
  const { code, stderr } = await bench.ended;
  expect(code, stderr).toBe(0);
  return countedRecords((await world.experiment()).records);
}

function measurementOf(record: RunRecord): Measurement {
  if (record.status !== 'ok') throw new Error(JSON.stringify(record.failure));
  return record.measurement;
}

if (!ROOT) console.warn('LEFT OUT: what is measured between nodes of a lab needs root');

describe.skipIf(!ROOT && !process.env['CI'])('between two nodes of a lab', () => {
  test('everything is one command each: lab up, run, report, lab down', async ({ world }) => {
    const told: string[] = [];
    const quick = ['--pairs', '1,2', '--blocks', '1', '--progress', 'json'];
    for (const command of [
      ['lab', 'up'],
      ['run', 'switched-tcp', '--nodes', 'node1,node2', '--profile', 'quick', ...quick],
      ['report'],
      ['lab', 'down'],
    ]) {
      const { code, stdout, stderr } = await (await world.bench(command)).ended;
      expect(code, `${command.join(' ')}\n${stderr}`).toBe(0);
      told.push(stdout);
    }
    expect(told[0]).toContain('bench run switched-tcp --nodes node1,node2');
    expect(told[2]).toContain('report');
    const { header, records } = await world.experiment();
    expect(header.emulated).toBe(true);
    expect(header.environments.map(({ node }) => node)).toEqual(['node1', 'node2']);
    const drivers = new Set(records.map(({ cell }) => cell.driver));
    for (const driver of ['host', 'veth:bridge', 'macvlan:bridge']) expect([...drivers]).toContain(driver);
    for (const record of records) {
      const { throughput, flows, cpu, crossCheck, uplinks } = measurementOf(record);
      expect(flows).toHaveLength(record.cell.pairs);
      for (const { goodput, lateness } of flows) {
        expect(goodput).toBeGreaterThan(0);
        expect(lateness).toBeLessThan(2);
      }
      // The links carry 10 Gbit/s of frames; what waits at the switch when a window opens adds 64 Mbit.
      expect(throughput).toBeLessThan(10.2e9);
      expect(cpu.map(({ node }) => node)).toEqual(['machine']);
      expect(Math.abs(crossCheck!)).toBeLessThanOrEqual(header.scenario.limits.crossCheck);
      expect(uplinks).toMatchObject([
        { node: 'node1', name: 'eth1', physical: false },
        { node: 'node2', name: 'eth1', physical: false },
      ]);
    }
  });

  test('UDP gives the same record, datagrams counted at both nodes', async ({ world }) => {
    await up(world);
    const records = await measure(world, 'switched-udp', {
      drivers: 'host,veth,macvlan',
      reference: 'host',
      pairs: '4',
    });
    expect(records).toHaveLength(3);
    for (const { udp, throughput, clocks } of records.map(measurementOf)) {
      expect(udp!.sent).toBeGreaterThan(0);
      expect(udp!.received).toBeGreaterThan(0);
      // What waits in buffers when the window opens may add to what arrives in it.
      expect(udp!.received).toBeLessThanOrEqual(udp!.sent * 1.1);
      expect(throughput).toBeGreaterThan(0);
      expect(clocks).toMatchObject([{ node: 'node2' }]);
      // One machine has one clock.
      expect(Math.abs(clocks![0]!.offset)).toBeLessThanOrEqual(clocks![0]!.error);
    }
    await down(world);
  });

  test('of 128 floods through a narrow link hellos are lost, counted and sent again, and no flow is missing', async ({
    world,
  }) => {
    const lab = await up(world, { nodes: 3, rate: '200mbit', burst: 32_000, limit: 64_000 });
    const factors = { nodes: 'node1,node2', drivers: 'macvlan', reference: 'macvlan', pairs: '128' };
    const bench = await world.bench(['run', 'switched-udp', ...small(factors)]);
    // Clients are stopped as soon as they get through: what drowns hellos for longer comes from somebody else.
    await bench.reached(1, 'clients');
    await world.run(...flood(lab.nodes.at(-1)!, 2));
    const { code, stderr } = await bench.ended;
    expect(code, stderr).toBe(0);
    const [record] = countedRecords((await world.experiment()).records);
    const { flows, reconnects, udp, throughput } = measurementOf(record!);
    expect(flows).toHaveLength(128);
    expect(reconnects).toBeGreaterThan(0);
    expect(record!.warnings.join()).toContain('had to connect anew');
    expect(udp!.received).toBeLessThan(udp!.sent);
    expect(throughput).toBeLessThan(220e6);
    expect(throughput).toBeGreaterThan(100e6);
    await down(world);
  });

  test('four nodes share the pairs out: servers on the first two, clients on the others', async ({
    world,
  }) => {
    await up(world, { nodes: 4 });
    const nodes = 'node1,node2,node3,node4';
    const [record] = await measure(world, 'switched-tcp', {
      nodes,
      drivers: 'macvlan',
      reference: 'macvlan',
      pairs: '4',
    });
    const { flows, throughput, clocks, cpu } = measurementOf(record!);
    expect(flows.map(({ pair }) => pair)).toEqual([1, 2, 3, 4]);
    for (const { goodput } of flows) expect(goodput).toBeGreaterThan(0);
    // Two nodes receive, each by a link of 10 Gbit/s.
    expect(throughput).toBeLessThan(2 * 10.2e9);
    expect(clocks!.map(({ node }) => node)).toEqual(['node2', 'node3', 'node4']);
    expect(cpu).toHaveLength(1);
    expect((await status(world))[0]!.nodes).toMatchObject([WHOLE, WHOLE, WHOLE, WHOLE]);
    await down(world);
  });
});
