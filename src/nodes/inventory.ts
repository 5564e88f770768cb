/** Nodes by name, as people are used to: first what a nodes file says, else as OpenSSH would take the name. */
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fail } from '../failures.js';
import { DESTINATION, readNodesFile, type NodeSpec } from './nodesFile.js';

export type { NodeSpec } from './nodesFile.js';

/** Running labs: a folder each, with the nodes file of the lab. */
export const LABS = '/run/bench/labs';

export interface Search {
  /** As given by the user. */
  nodesFile?: string | undefined;
  /** Where a nodes.yaml is looked for; the working folder unless given. */
  folder?: string;
  /** Where running labs are. */
  labs?: string;
}

/**
 * What is known of nodes, in the order of their names. A name is looked up in the file given by the user, in
 * ./nodes.yaml, in the files of running labs and in the user's configuration; found in none it is an SSH destination.
 * Errors: `usage` for a name that is none, or is in several labs, and for mistakes in a file.
 */
export async function resolveNodes(names: string[], search: Search = {}): Promise<NodeSpec[]> {
  refuseNames(names);
  const found = new Map<string, NodeSpec>();
  for (const files of await places(search)) {
    if (names.every((name) => found.has(name))) break;
    const inventories = await readAll(files);
    for (const name of names) {
      const spec = found.get(name) ?? lookUp(name, inventories);
      if (spec) found.set(name, spec);
    }
  }
  return names.map((name) => found.get(name) ?? plainSpec(name));
}

function refuseNames(names: string[]): void {
  if (names.length === 0) fail('usage', 'nodes are given by name: --nodes node1,node2');
  for (const [index, name] of names.entries()) {
    if (!DESTINATION.test(name)) {
      const rule = 'the name of a node in a nodes file, or an SSH destination such as root@192.0.2.11';
      fail('usage', `a node must be ${rule}, not ${JSON.stringify(name)}`);
    }
    if (names.indexOf(name) !== index) fail('usage', `the node ${name} is given twice: name each once`);
  }
}

/** Nodes files in the order of their say; those of labs have the same. */
async function places({ nodesFile, folder = '.', labs = LABS }: Search): Promise<string[][]> {
  const configuration = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  if (nodesFile !== undefined && !(await readNodesFile(nodesFile)))
    fail('usage', `there is no nodes file ${nodesFile}`);
  return [
    nodesFile === undefined ? [] : [nodesFile],
    [join(folder, 'nodes.yaml')],
    await labFiles(labs),
    [join(configuration, 'bench', 'nodes.yaml')],
  ];
}

async function labFiles(labs: string): Promise<string[]> {
  const names = await readdir(labs).catch(() => []);
  return names.sort().map((name) => join(labs, name, 'nodes.yaml'));
}

/** Nodes by name, of each file that there is. */
type Inventories = { file: string; nodes: Map<string, NodeSpec> }[];

async function readAll(files: string[]): Promise<Inventories> {
  const read = await Promise.all(files.map(async (file) => ({ file, nodes: await readNodesFile(file) })));
  return read.flatMap(({ file, nodes }) => (nodes ? [{ file, nodes }] : []));
}

function lookUp(name: string, inventories: Inventories): NodeSpec | undefined {
  const having = inventories.filter(({ nodes }) => nodes.has(name));
  if (having.length > 1) {
    const files = having.map(({ file }) => file).join(' and in ');
    fail('usage', `the node ${name} is in ${files}: choose one by --nodes-file`);
  }
  return having[0]?.nodes.get(name);
}

const plainSpec = (name: string): NodeSpec => ({
  name,
  destination: name,
  sudo: false,
  labels: {},
  emulated: false,
});
