/** The files by which the nodes of a lab are reached. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Keeper } from './keeper.js';
import { connectWords } from './machine.js';
import type { LabSettings, NodeSettings } from './settings.js';

/** Writes known_hosts and then nodes.yaml, whose presence says that the lab is whole. */
export function writeNodesFile(folder: string, management: Keeper, { nodes, shape }: LabSettings): void {
  const keys = nodes.map(({ address, name }) => `${address} ${readKey(folder, name)}\n`);
  writeFileSync(join(folder, 'known_hosts'), keys.join(''));
  const entries = nodes.map((node) => [
    node.name,
    { ...nodeEntry(folder, management, node), line_rate: shape.rate },
  ]);
  const text = `# Written by \`bench lab up\`.\n${stringify({ nodes: Object.fromEntries(entries) as object })}`;
  writeFileSync(`${nodesFileOf(folder)}.new`, text);
  renameSync(`${nodesFileOf(folder)}.new`, nodesFileOf(folder));
}

export const nodesFileOf = (folder: string): string => join(folder, 'nodes.yaml');

/** Type and key, without the comment. */
function readKey(folder: string, name: string): string {
  return readFileSync(join(folder, 'keys', `${name}.pub`), 'utf8')
    .split(' ', 2)
    .join(' ');
}

function nodeEntry(folder: string, management: Keeper, node: NodeSettings): object {
  return {
    host: node.address,
    port: 22,
    user: 'root',
    identity_file: join(folder, 'id_ed25519'),
    known_hosts: join(folder, 'known_hosts'),
    proxy_command: connectWords(management, node),
    uplink: 'eth1',
    emulated: true,
  };
}
