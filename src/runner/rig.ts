/** What stays open from run to run: on each node a private testbed with a sampler in it. */
import type { Node } from '../nodes/node.js';
import { watchTestbed } from '../nodes/guardian.js';
import { openAll } from '../nodes/openAll.js';
import { Testbed } from '../nodes/testbed.js';
import type { Uplink } from '../nodes/uplink/lending.js';
import { guardUplink, requireLendable } from '../nodes/uplink/uplink.js';
import { NodeSampler, SAMPLER_SCRIPT } from '../probes/sampler.js';
import { Sampler } from '../probes/samplers.js';
import type { MachineName } from './cpu.js';

/** A node that takes part in an experiment. */
export interface Station {
  node: Node;
  /** A physical interface. */
  uplink?: Uplink | undefined;
}

export interface Rig {
  /** In the order of the nodes. */
  testbeds: Testbed[];
  names: string[];
  uplinks: (Uplink | undefined)[];
  sampler: Sampler;
  /** Whose CPUs are to be told. */
  machines: MachineName[];
  close: () => Promise<void>;
}

/** One node's part. */
interface Post {
  testbed: Testbed;
  sampler: NodeSampler;
  close: () => Promise<void>;
}

/**
 * Opens a testbed with a sampler inside on every node, and moves physical uplinks in.
 * Errors: `privilege`, `uplink`, `connection-lost`; nothing is left open then.
 */
export async function openRig(stations: Station[]): Promise<Rig> {
  const posts = await openAll(stations.map(openPost));
  const close = async (): Promise<void> => {
    await Promise.all(posts.map((post) => post.close()));
  };
  try {
    const samplers = posts.map(({ sampler }) => sampler);
    const sampler = new Sampler(samplers as [NodeSampler, ...NodeSampler[]]);
    await sampler.begin();
    return {
      testbeds: posts.map(({ testbed }) => testbed),
      names: stations.map(({ node }) => node.name),
      uplinks: stations.map(({ uplink }) => uplink),
      sampler,
      machines: await nameMachines(stations),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPost({ node, uplink }: Station, index: number): Promise<Post> {
  if (uplink?.lending.mode === 'shared') await requireLendable(node, uplink);
  const testbed = await Testbed.open(node);
  let guard: Guard | undefined;
  const close = async (): Promise<void> => {
    try {
      await guard?.release();
    } finally {
      await testbed.close();
    }
  };
  try {
    guard = await openGuard(node, uplink, testbed.outerPid);
    const sampler = new NodeSampler(testbed.spawn(['setsid', 'sh', '-c', SAMPLER_SCRIPT]), index);
    return { testbed, sampler, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What ends the testbed, and gives back what was moved into it. */
interface Guard {
  release: () => Promise<unknown>;
}

/** Lends the uplink. A testbed on this machine ends with this process; on others something must watch over it. */
async function openGuard(
  node: Node,
  uplink: Uplink | undefined,
  testbedPid: number,
): Promise<Guard | undefined> {
  if (uplink?.lending.mode === 'moved') return guardUplink(node, { uplink: uplink.name, testbedPid });
  return node.remote || uplink ? watchTestbed(node, testbedPid, uplink?.name) : undefined;
}

/** Every node by its name; nodes that are emulated on one machine share its CPUs, so that they are told once. */
async function nameMachines(stations: Station[]): Promise<MachineName[]> {
  const boots = await Promise.all(stations.map(({ node }) => readBoot(node)));
  return stations.flatMap(({ node: { name } }, node) => {
    if (boots.indexOf(boots[node]!) < node) return [];
    return [{ node, name: boots.lastIndexOf(boots[node]!) > node ? 'machine' : name }];
  });
}

async function readBoot(node: Node): Promise<string> {
  return (await node.exec(['cat', '/proc/sys/kernel/random/boot_id'])).stdout.trim();
}
