/** `bench lab`: a switched testbed on this machine alone. */
import { downLab, upLab } from '../nodes/lab/lab.js';
import { DEFAULT_LAB, type LabOptions } from '../nodes/lab/settings.js';
import { isWhole, readLabs, type LabStatus, type NodeStatus } from '../nodes/lab/status.js';
import { formatRate } from '../units.js';
import type { CommandResult } from './result.js';

/** `bench lab up`. */
export async function labUp(options: LabOptions): Promise<CommandResult> {
  const { settings, nodes } = await upLab(options);
  const names = nodes.map(({ name }) => name).join(',');
  const lines = [
    `lab ${settings.name} is up: ${nodes.length} nodes, links of ${formatRate(settings.shape.rate)}, MTU ${settings.mtu}`,
    `measure: bench run switched-tcp --nodes ${names}`,
    `end it:  bench lab down${settings.name === DEFAULT_LAB ? '' : ` --name ${settings.name}`}`,
  ];
  return { text: `${lines.join('\n')}\n`, exitCode: 0 };
}

/** `bench lab status`. Exit code 1 if a lab is not whole. */
export async function labStatus({ json }: { json: boolean }): Promise<CommandResult> {
  const labs = await readLabs();
  const none = 'no lab runs: `bench lab up` makes one\n';
  const text = json ? JSON.stringify({ labs }, null, 2) : labs.map(describeLab).join('\n') || none;
  return { text, exitCode: labs.every(isWhole) ? 0 : 1 };
}

function describeLab(lab: LabStatus): string {
  const dead = [...(lab.management ? [] : ['management network']), ...(lab.switch ? [] : ['switch'])];
  return [
    `lab ${lab.name}: ${lab.nodes.length} nodes, links of ${formatRate(lab.shape.rate)}, MTU ${lab.mtu}`,
    ...lab.nodes.map(describeNode),
    ...dead.map((network) => `  its ${network} is dead`),
    isWhole(lab)
      ? `  nodes file: ${lab.nodesFile}`
      : `  not whole: \`bench lab down --name ${lab.name}\` ends it, \`bench lab up\` makes it anew`,
    '',
  ].join('\n');
}

function describeNode({ name, address, alive, uplink, mtu, sshd }: NodeStatus): string {
  if (!alive) return `  ${name}  ${address}  dead`;
  const port = mtu === undefined ? '' : `, MTU ${mtu}`;
  return `  ${name}  ${address}  uplink ${uplink}${port}  sshd ${sshd ? 'answers' : 'does not answer'}`;
}

/** `bench lab down`. */
export async function labDown({ name = DEFAULT_LAB }: { name?: string | undefined }): Promise<CommandResult> {
  await downLab(name);
  return { text: `lab ${name} is down\n`, exitCode: 0 };
}
