import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { rawFile } from '../../src/results/layout.js';
import { small } from './bench.js';
import { test } from './world.js';

test('a run measures every driver at every MTU, and leaves the machine as it was', async ({ world }) => {
  const drivers = ['host', 'veth:bridge', 'veth:direct', 'macvlan:bridge'];
  const factors = { drivers: drivers.join(','), reference: 'host', mtu: '1500,9000', pairs: '2' };
  const bench = await world.bench(['run', 'local-tcp', ...small(factors)]);
  expect(await bench.ended).toMatchObject({ code: 0 });
  const { records } = await world.experiment();
  const done = records
    .filter(({ status }) => status === 'ok')
    .map(({ cell }) => `${cell.driver} ${cell.mtu}`);
  expect(done.sort()).toEqual(drivers.flatMap((driver) => [`${driver} 1500`, `${driver} 9000`]).sort());
});

test('both methods can be run side by side, with datagrams of any length', async ({ world }) => {
  const factors = { drivers: 'veth', reference: 'veth', method: 'concurrent,published-2015' };
  const bench = await world.bench(['run', 'local-udp', ...small(factors), '--udp-length', '8192,fit']);
  expect(await bench.ended).toMatchObject({ code: 0 });
  const { records } = await world.experiment();
  const done = records.filter(({ status }) => status === 'ok');
  expect(done.map(({ cell }) => `${cell.method} ${cell.udpLength!}`).sort()).toEqual([
    'concurrent 8192',
    'concurrent fit',
    'published-2015 8192',
  ]);
});

test('processes run on the CPUs that the records name', async ({ world }) => {
  const log = join(world.folder, 'cpus');
  const iperf3 = `echo "$1 $(grep Cpus_allowed_list /proc/self/status)" >>'${log}'\nexec "$real" "$@"`;
  const factors = { drivers: 'veth', reference: 'veth', placement: 'same-core,split' };
  const bench = await world.bench(['run', 'local-tcp', ...small(factors)], { iperf3 });
  expect(await bench.ended).toMatchObject({ code: 0 });
  const { records } = await world.experiment();
  // A busy machine may need more than one try; all tries of a cell are bound alike.
  const done = records.filter(({ status }) => status === 'ok');
  const flows = done.map(({ cell, measurement }) => ({ cell, cpus: measurement!.flows[0]!.cpus! }));
  expect(flows).toHaveLength(2);
  const named = flows.flatMap(({ cpus }) => [`-s ${cpus.server}`, `-c ${cpus.client}`]);
  const bound = [...(await readFile(log, 'utf8')).matchAll(/^(-[sc]) \S+\t(\S+)$/gm)];
  expect(new Set(bound.map(([, end, cpus]) => `${end} ${cpus}`))).toEqual(new Set(named));
  for (const { cell, cpus } of flows) {
    const together = cell.placement === 'same-core' || availableParallelism() === 1;
    expect(cpus.server === cpus.client).toBe(together);
  }
});

test('the samples that are kept give the figure again', async ({ world }) => {
  const bench = await world.bench([
    'run',
    'local-tcp',
    ...small({ drivers: 'macvlan', reference: 'macvlan', pairs: '2' }),
  ]);
  expect(await bench.ended).toMatchObject({ code: 0 });
  const { folder, records } = await world.experiment();
  const { id, measurement } = records.at(-1)!;
  const { flows, passes } = JSON.parse(gunzipSync(await readFile(rawFile(folder, id))).toString()) as Raw;
  const [open, close] = [passes[0]!, passes.at(-1)!];
  // Less 66 bytes of headers for each packet.
  const payload = ({ devices }: Sample): number =>
    flows.reduce((sum, { server, device }) => {
      const { rxBytes, rxPackets } = devices[server]![device]!;
      return sum + rxBytes - 66 * rxPackets;
    }, 0);
  const rate = ((payload(close) - payload(open)) * 8) / (close.begin - open.begin);
  expect(rate / measurement!.throughput).toBeCloseTo(1, 9);
});

interface Sample {
  begin: number;
  devices: Record<string, Record<string, { rxBytes: number; rxPackets: number }>>;
}

interface Raw {
  flows: { server: number; device: string }[];
  passes: Sample[];
}
