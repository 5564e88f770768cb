/** What becomes of the nodes' uplinks while containers hang on them. */
import { shellWords } from '../nodes/shell.js';
import type { Testbed } from '../nodes/testbed.js';
import type { Uplink } from '../nodes/uplink/lending.js';
import type { UplinkRecord } from '../results/record.js';

interface Link {
  /** How many users in the kernel want every frame. */
  promiscuity: number;
  linkinfo?: { info_kind?: string };
  parentbus?: string;
}

/** What is read: a device in a node's testbed. One that stays with the machine is left out: others use it as well. */
export interface UplinkRequest {
  testbed: Testbed;
  node: string;
  /** Absent: the node has no uplink of its own. */
  uplink: Uplink | undefined;
}

/** Reads the nodes' uplinks; one that `ip` does not tell of is left out. */
export async function readUplinks(requests: UplinkRequest[]): Promise<UplinkRecord[]> {
  return (await Promise.all(requests.map(readUplink))).flat();
}

async function readUplink({ testbed, node, uplink }: UplinkRequest): Promise<UplinkRecord[]> {
  if (uplink?.lending.mode !== 'moved') return [];
  const { name } = uplink;
  const { output } = await testbed.run(shellWords(['ip', '-d', '-j', 'link', 'show', 'dev', name]));
  return parseLinks(output).map(({ parentbus, linkinfo, promiscuity }) => ({
    node,
    name,
    physical: parentbus !== undefined && linkinfo?.info_kind === undefined,
    promiscuous: promiscuity > 0,
  }));
}

function parseLinks(output: string): Link[] {
  try {
    return JSON.parse(output) as Link[];
  } catch {
    return [];
  }
}
