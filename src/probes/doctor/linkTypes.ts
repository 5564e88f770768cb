/** Whether a machine has what a driver needs; kinds of link are tried for real where nothing can be harmed. */
import { driverOf } from '../../drivers/registry.js';
import type { Requirement } from '../../drivers/driver.js';
import type { Node } from '../../nodes/node.js';
import type { DriverId, Topology } from '../../scenario/scenario.js';
import { isRoot } from './machine.js';
import { userNamespace } from './namespaces.js';

/** Whether pairs on a node can be measured with a driver, or the first reason why not. Errors: `usage` for an unknown id. */
export async function driverAvailable(node: Node, id: DriverId, topology: Topology): Promise<true | string> {
  const { driver, variant } = driverOf(id);
  const needs = driver.requirements(variant);
  const answers = await Promise.all(needs.map((need) => linkTypeAvailable(node, need)));
  return [variant.measurable[topology], ...answers].find((answer) => answer !== true) ?? true;
}

/** Whether a node meets one requirement, or why not. */
export async function linkTypeAvailable(node: Node, requirement: Requirement): Promise<true | string> {
  if (requirement.kind === 'link-type') return tryLinkType(node, requirement);
  const { tool, debianPackage } = requirement;
  const { code } = await node.exec([tool, '--version']);
  return code !== 127 || `${tool} is not installed: apt-get install -y ${debianPackage}`;
}

type LinkType = Extract<Requirement, { kind: 'link-type' }>;

/** Makes such a link in a network namespace that ends with the attempt; a veth is there for those that need a parent. */
async function tryLinkType(node: Node, { linkType, ipArgs }: LinkType): Promise<true | string> {
  const commands = [
    'link add up0 type veth peer name up1',
    ['link add link up0 name try0 type', linkType, ...ipArgs].join(' '),
  ];
  const unshare = ['unshare', ...userNamespace(await isRoot(node)), '--net'];
  const { code, stderr } = await node.exec([...unshare, 'ip', '-batch', '-'], {
    input: `${commands.join('\n')}\n`,
  });
  if (code === 0) return true;
  const words = stderr
    .replace(/^Command failed.*$/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (words.startsWith('unshare:')) return `there is no private network namespace to try it in: ${words}`;
  const missing = stderr.includes('Command failed -:1') ? 'veth' : [linkType, ...ipArgs].join(' ');
  return `this kernel has no ${missing} (${words})`;
}
