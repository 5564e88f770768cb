import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countedRecords, newestResults, readResults } from '../../src/results/read.js';
import type { ExperimentHeader, RunRecord } from '../../src/results/record.js';
import { PROTOCOLS } from '../../src/scenario/scenario.js';
import { missingPackages, registersAreLarge, runInUserModeKernel } from './kernel.js';
import { paths, reachScript } from './reach.js';

const DRIVERS = ['host', 'veth:bridge', 'macvlan:bridge', 'ipvlan:l2', 'ipvlan:l3', 'ipvlan:l3s'];
const PAIRS = [1, 8];
/** Pairs between two nodes; ipvlan l3 and l3s are routed there. */
const SWITCHED_PAIRS = 2;
/** What an uplink can have that stays with its node. */
const CHILDREN = ['macvlan:bridge', 'ipvlan:l2'];
const CELLS = DRIVERS.flatMap((driver) => PAIRS.map((pairs) => ({ driver, pairs })));
/** Seconds for one boot with everything in it, on a machine that is busy otherwise. */
const TIMEOUT = 1500;

const bench = `node '${fileURLToPath(new URL('../../dist/cli.js', import.meta.url))}'`;
const once = '--omit 500ms --duration 2s --blocks 1';
const everything = `--drivers ${DRIVERS.join()} --mtu 1500 ${once}`;

/** What became of each try of a cell, for who reads that a test failed. */
function storyOf(records: RunRecord[], { cell }: RunRecord): string {
  return records
    .filter((record) => isDeepStrictEqual(record.cell, cell))
    .map((record) => {
      const { sampling, crossCheck, reconnects } = record.measurement ?? {};
      const measured = JSON.stringify({ crossCheck, reconnects, sampling });
      return `${record.id}: ${record.status === 'ok' ? 'ok' : JSON.stringify(record.failure)} ${measured}`;
    })
    .join('\n');
}

const skipped = missingPackages.length > 0 && !process.env['CI'];
if (skipped) console.warn(`LEFT OUT: ipvlan in a kernel of its own needs ${missingPackages.join(' ')}`);

describe.skipIf(skipped)('in a user-mode kernel with ipvlan', () => {
  let shared: string;
  let output: string;

  beforeAll(
    async () => {
      shared = await mkdtemp(join(tmpdir(), 'bench-uml-shared-'));
      expect(missingPackages, 'Debian packages that must be installed').toEqual([]);
      const runs = PROTOCOLS.map(
        (protocol) =>
          `${bench} run local-${protocol} ${everything} --pairs ${PAIRS.join()} --results '${join(shared, protocol)}'`,
      );
      const switched = [
        `${bench} lab up`,
        `${bench} run switched-tcp ${everything} --nodes node1,node2 --pairs ${SWITCHED_PAIRS} --results '${join(shared, 'switched')}'`,
        `${bench} run switched-tcp ${once} --mtu 9000 --drivers ${CHILDREN.join()} --nodes node1,node2 --uplink-mode shared --pairs ${SWITCHED_PAIRS} --results '${join(shared, 'stays')}'`,
        `${bench} lab down`,
      ];
      const script = [...runs, ...switched, reachScript].join('\n');
      const guest = await runInUserModeKernel({ script, shared, timeout: TIMEOUT });
      output = guest.output;
      const how = registersAreLarge ? 'with registers.c preloaded' : 'as it is';
      console.info(`linux.uml ran ${how} for ${guest.seconds.toFixed(0)} s:\n${output}`);
    },
    (TIMEOUT + 20) * 1000,
  );

  afterAll(() => rm(shared, { recursive: true, force: true }));

  describe.each(PROTOCOLS)('bench run local-%s', (protocol) => {
    let header: ExperimentHeader;
    let all: RunRecord[];
    let records: RunRecord[];

    beforeAll(async () => {
      const results = await readResults(await newestResults(join(shared, protocol)));
      header = results.header;
      all = results.records;
      records = countedRecords(all);
    });

    test('says that it ran in emulation, and leaves no driver out', () => {
      expect(header).toMatchObject({ emulated: true, unavailable: [] });
    });

    test.each(CELLS)('measures $driver with $pairs pair(s), every flow of it', ({ driver, pairs }) => {
      const found = records.filter(
        ({ cell }) => cell.driver === driver && cell.pairs === pairs && cell.protocol === protocol,
      );
      expect(found).toHaveLength(1);
      const record = found[0]!;
      const story = storyOf(all, record);
      expect(record.status, story).toBe('ok');
      const { flows, crossCheck, reconnects } = record.measurement!;
      expect(flows.map(({ pair }) => pair)).toEqual(Array.from({ length: pairs }, (_, index) => index + 1));
      for (const flow of flows) expect(flow.goodput).toBeGreaterThan(0);
      const uncheckable = driver === 'host' && protocol === 'udp' && reconnects > 0;
      if (uncheckable) expect(crossCheck).toBeUndefined();
      else expect(Math.abs(crossCheck!), story).toBeLessThanOrEqual(header.scenario.limits.crossCheck);
    });
  });

  test.each([
    ['every driver', 'switched', DRIVERS, 'moved'],
    ['children of uplinks that stay', 'stays', CHILDREN, 'shared'],
  ])('bench run switched-tcp measures %s between two nodes of a lab', async (_, folder, drivers, mode) => {
    const { header, records } = await readResults(await newestResults(join(shared, folder)));
    expect(header).toMatchObject({ emulated: true, unavailable: [] });
    expect(header.environments.map(({ uplink }) => uplink?.mode)).toEqual([mode, mode]);
    const counted = countedRecords(records);
    expect(counted.map(({ cell }) => cell.driver).sort()).toEqual([...drivers].sort());
    for (const record of counted) {
      const story = storyOf(records, record);
      expect(record.status, story).toBe('ok');
      const { flows, crossCheck } = record.measurement!;
      expect(flows).toHaveLength(SWITCHED_PAIRS);
      for (const flow of flows) expect(flow.goodput).toBeGreaterThan(0);
      expect(Math.abs(crossCheck!), story).toBeLessThanOrEqual(header.scenario.limits.crossCheck);
    }
  });

  test.each(paths)('finds that $name is as its driver says: $works', ({ name, works }) => {
    expect(output.split('\n').includes(name)).toBe(works);
  });
});
