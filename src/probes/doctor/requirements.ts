/** Whether a machine has what drivers need; kinds of link are tried for real where nothing can be harmed. */
import { driverOf, measurable } from '../../drivers/registry.js';
import type { Requirement } from '../../drivers/driver.js';
import type { Node } from '../../nodes/node.js';
import { stayingUplink, type Uplink } from '../../nodes/uplink/lending.js';
import type { DriverId, Topology } from '../../scenario/scenario.js';

export interface WantedDrivers {
  drivers: DriverId[];
  topology: Topology;
  uplink?: Uplink | undefined;
}

/**
 * Whether pairs on a node can be measured with each driver, or the first reason why not; `root`: whether commands run as
 * root there, which is asked unless given. Errors: `usage` for an unknown id.
 */
export async function driversAvailable(
  node: Node,
  { drivers, topology, uplink }: WantedDrivers,
  root?: boolean,
): Promise<(true | string)[]> {
  const wanted = drivers.map(driverOf);
  const needs = wanted.map(({ driver, variant }) => driver.requirements(variant));
  const met = await requirementsMet(node, needs, root);
  return wanted.map((driver, at) => {
    const answer = measurable(driver, topology, stayingUplink(uplink));
    return answer === true ? met[at]! : answer;
  });
}

/** Whether a node meets all requirements of a list, or the first reason why not, for each list; `root` as above. */
export async function requirementsMet(
  node: Node,
  lists: Requirement[][],
  root?: boolean,
): Promise<(true | string)[]> {
  const all = lists.flat();
  const linkTypes = all.filter((requirement) => requirement.kind === 'link-type');
  const options = all.filter((requirement) => requirement.kind === 'kernel-option');
  const tried = await tryLinkTypes(node, root ?? (await isRoot(node)), linkTypes);
  const found = await Promise.all(options.map((option) => optionAvailable(node, option)));
  const answers = new Map<Requirement, true | string>([
    ...linkTypes.map((linkType, at) => [linkType, tried[at]!] as const),
    ...options.map((option, at) => [option, found[at]!] as const),
  ]);
  return lists.map((list) => list.map((one) => answers.get(one)!).find((answer) => answer !== true) ?? true);
}

/** Whether a node's commands run as root. */
async function isRoot(node: Node): Promise<boolean> {
  return (await node.exec(['id', '-u'])).stdout.trim() === '0';
}

type LinkType = Extract<Requirement, { kind: 'link-type' }>;
type KernelOption = Extract<Requirement, { kind: 'kernel-option' }>;

async function optionAvailable(node: Node, { option, file }: KernelOption): Promise<true | string> {
  const { code } = await node.exec(['test', '-e', file]);
  return code === 0 || `this kernel was built without ${option}: it has no ${file}`;
}

/** Makes such links in a network namespace that ends with the attempt, each with a veth for those that need a parent. */
async function tryLinkTypes(node: Node, root: boolean, linkTypes: LinkType[]): Promise<(true | string)[]> {
  if (linkTypes.length === 0) return [];
  const commands = linkTypes.flatMap((linkType, at) => [
    `link add up${at} type veth peer name peer${at}`,
    `link add link up${at} name try${at} type ${wordsOf(linkType)}`,
  ]);
  const unshare = ['unshare', ...(root ? [] : ['--user', '--map-root-user']), '--net'];
  const { code, stderr } = await node.exec([...unshare, 'ip', '-force', '-batch', '-'], {
    input: `${commands.join('\n')}\n`,
  });
  // One that ends otherwise has not come to its last line.
  const whole = code === 0 || code === 1;
  return linkTypes.map((linkType, at) => {
    if (!whole) return told(wordsOf(linkType), stderr || `ip ended with ${code}`);
    return code === 0 || judge(linkType, at, stderr);
  });
}

const wordsOf = ({ linkType, ipArgs }: LinkType): string => [linkType, ...ipArgs].join(' ');

/** What became of the attempt at a place among others, by what `ip` said of its two lines. */
function judge(linkType: LinkType, at: number, stderr: string): true | string {
  const said = new Map(
    Array.from(stderr.matchAll(/([^]*?)Command failed -:(\d+)/g), ([, words, line]) => [
      Number(line),
      words!,
    ]),
  );
  if (said.size === 0) return told(wordsOf(linkType), stderr);
  const [parent, own] = [said.get(2 * at + 1), said.get(2 * at + 2)];
  if (parent !== undefined) return told('veth', parent);
  return own === undefined || told(wordsOf(linkType), own);
}

function told(kind: string, stderr: string): string {
  const words = stderr.replace(/\s+/g, ' ').trim();
  return words.startsWith('unshare:')
    ? `there is no private network namespace to try it in: ${words}`
    : `this kernel has no ${kind} (${words})`;
}
