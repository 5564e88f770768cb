import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sketchSite, type SiteRequest, type SiteSketch } from '../../src/commands/site.js';
import { BenchError } from '../../src/failures.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-site-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Of nodes a and b, each with what a line of a nodes file says. */
async function sketch(a: string, b: string, changes: Partial<SiteRequest> = {}): Promise<SiteSketch> {
  const nodesFile = join(folder, 'nodes.yaml');
  await writeFile(nodesFile, `nodes:\n  a: { ${a} }\n  b: { ${b} }\n`);
  return sketchSite({ topology: 'switched', pairs: 8, nodes: 'a,b', nodesFile, ...changes });
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BenchError);
  expect((error as BenchError).failure.reason).toBe('usage');
  return (error as BenchError).message;
}

const UPLINK = 'uplink: eth1';
const SHARED = 'uplink: eth1, uplink_mode: shared';
const local = (changes: Partial<SiteRequest>): Promise<SiteSketch> =>
  sketchSite({ topology: 'local', pairs: 1, ...changes });

describe('uplinks', () => {
  test('are moved unless it is said otherwise', async () => {
    const { uplinks, planned } = await sketch(UPLINK, UPLINK);
    expect(uplinks).toEqual([1, 2].map(() => ({ name: 'eth1', lending: { mode: 'moved' } })));
    expect(planned[0]).toMatchObject({ uplink: 'eth1' });
    expect(planned[0]).not.toHaveProperty('shared');
  });

  test('stay where the flags say so, capped where there are clients', async () => {
    const flags = { uplinkMode: 'shared', rateCap: '500mbit', shareDefaultRoute: true };
    const { uplinks, planned } = await sketch(UPLINK, UPLINK, flags);
    const lending = { mode: 'shared', network: '10.0.0.0/16', consent: true };
    expect(uplinks).toEqual([
      { name: 'eth1', lending: { ...lending, rateCap: undefined } },
      { name: 'eth1', lending: { ...lending, rateCap: 5e8 } },
    ]);
    expect(planned.map(({ shared, rateCap }) => [shared, rateCap])).toEqual([
      [true, undefined],
      [true, 5e8],
    ]);
  });

  test('are as the nodes file says before what the flags say for all', async () => {
    const flags = { uplinkMode: 'shared', rateCap: '500mbit', uplink: 'ens9' };
    const { uplinks } = await sketch('uplink_mode: moved', `${SHARED}, rate_cap: 80mbit`, flags);
    expect(uplinks).toMatchObject([
      { name: 'ens9', lending: { mode: 'moved' } },
      { name: 'eth1', lending: { mode: 'shared', rateCap: 8e7 } },
    ]);
  });

  test('of different modes go together, with consent and cap for those that stay', async () => {
    const { uplinks } = await sketch(SHARED, UPLINK, { shareDefaultRoute: true, rateCap: '1gbit' });
    expect(uplinks).toMatchObject([
      { lending: { mode: 'shared', consent: true } },
      { lending: { mode: 'moved' } },
    ]);
  });

  test('that stay keep clear of all addresses that containers will have', async () => {
    const networkOf = async (pairs: number): Promise<unknown> =>
      (await sketch(SHARED, SHARED, { pairs })).uplinks[0]!.lending;
    expect(await networkOf(254)).toMatchObject({ network: '10.0.0.0/16' });
    expect(await networkOf(255)).toMatchObject({ network: '10.0.0.0/8' });
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['a cap that nothing heeds', () => local({ uplink: 'eth1', rateCap: '1gbit' }), '--rate-cap need'],
    [
      'consent that nothing heeds',
      () => sketch(UPLINK, UPLINK, { shareDefaultRoute: true }),
      '--share-default-route need an uplink that stays: --uplink-mode shared',
    ],
    [
      'a cap in the file of an uplink that is moved',
      () => sketch(UPLINK, `${UPLINK}, rate_cap: 1gbit`),
      'the rate_cap of b needs an uplink that stays, with uplink_mode: shared',
    ],
    [
      'a cap in the file where nothing is sent',
      () => sketch(`${SHARED}, rate_cap: 1gbit`, SHARED),
      'the rate_cap of a needs clients',
    ],
    ['no name for what stays', () => local({ uplinkMode: 'shared' }), 'needs a name: --uplink eth1'],
    [
      'a mode that there is not',
      () => local({ uplink: 'eth1', uplinkMode: 'share' }),
      '--uplink-mode is one of moved, shared, not "share"',
    ],
    [
      'a rate that is none',
      () => local({ uplink: 'eth1', uplinkMode: 'shared', rateCap: '5' }),
      '--rate-cap takes a number from 1mbit',
    ],
  ])('%s is refused', async (_, work, words) => {
    expect(await messageOf(work())).toContain(words);
  });
});
