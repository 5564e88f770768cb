/** How the labs of this machine are. */
import pLimit from 'p-limit';
import { nodesFileOf } from './files.js';
import { labNames, readRecord, type LabRecord } from './folder.js';
import type { Keeper } from './keeper.js';
import { connectWords, local, readPorts, type Port } from './machine.js';
import type { NodeSettings, Shape } from './settings.js';

export interface NodeStatus {
  name: string;
  /** On the management network. */
  address: string;
  /** Whether its first process lives. */
  alive: boolean;
  /** `up` if both ends of its cable are, in a testbed too that it is lent to; `missing` without a cable. */
  uplink: 'up' | 'down' | 'missing';
  /** Of its port at the switch. */
  mtu?: number;
  /** Whether its OpenSSH server answers. */
  sshd: boolean;
}

export interface LabStatus {
  name: string;
  nodesFile: string;
  shape: Shape;
  mtu: number;
  /** Whether the networks live. */
  management: boolean;
  switch: boolean;
  nodes: NodeStatus[];
}

/** Seconds. */
const ANSWER_WITHIN = 5;
const AT_A_TIME = 8;

/** Looks at every lab. Errors: `privilege` unless root. */
export function readLabs(): Promise<LabStatus[]> {
  return Promise.all(labNames().map((name) => look(readRecord(name))));
}

async function look({ folder, settings, keepers }: LabRecord): Promise<LabStatus> {
  const { name, shape, mtu } = settings;
  const [management, dataNetwork] = [keepers.get('management'), keepers.get('switch')];
  const ports = dataNetwork ? await readPorts(dataNetwork) : new Map<string, Port>();
  const limit = pLimit(AT_A_TIME);
  const nodes = settings.nodes.map(async (node): Promise<NodeStatus> => {
    const port = ports.get(node.port);
    const alive = keepers.has(node.name);
    return {
      name: node.name,
      address: node.address,
      alive,
      uplink: port === undefined ? 'missing' : port.up ? 'up' : 'down',
      ...(port && { mtu: port.mtu }),
      sshd: alive && management !== undefined && (await limit(() => answers(management, node))),
    };
  });
  return {
    ...{ name, nodesFile: nodesFileOf(folder), shape, mtu },
    management: management !== undefined,
    switch: dataNetwork !== undefined,
    nodes: await Promise.all(nodes),
  };
}

/** Whether an SSH server says who it is. */
async function answers(management: Keeper, node: NodeSettings): Promise<boolean> {
  const { stdout } = await local.exec(connectWords(management, node), { timeout: ANSWER_WITHIN });
  return stdout.startsWith('SSH-');
}

/** Whether all of a lab is alive and reachable. */
export function isWhole({ management, switch: dataNetwork, nodes }: LabStatus): boolean {
  return (
    management && dataNetwork && nodes.every(({ alive, uplink, sshd }) => alive && uplink === 'up' && sshd)
  );
}
