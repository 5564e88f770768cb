/** The conditions that a node's figures were made under. */
import type { Node } from '../nodes/node.js';
import { rateCapOf, type Uplink } from '../nodes/uplink/lending.js';
import type { Environment, UplinkConditions } from '../results/record.js';
import { parseVersion } from '../traffic/version.js';
import * as facts from './environmentFacts.js';
import { FACT_FOLDERS, FACTS, readFiles, SOURCES, type Files } from './environmentFiles.js';

export interface EnvironmentOptions {
  /** What doctor warned of. */
  warnings?: string[];
  /** A physical uplink, whose driver, offloads, rings and queues are recorded. */
  uplink?: Uplink | undefined;
}

/** Stands where a file or tool is missing. */
const ABSENT = 'absent';

const TOOLS: string[][] = [
  ['iperf3', '--version'],
  ['ip', '-V'],
  ['unshare', '--version'],
  ['ping', '-V'],
  ['ethtool', '--version'],
];
const ETHTOOL_OPTIONS = ['-i', '-k', '-g', '-l', '-c', '-a'];

/**
 * Reads what a node is and how it is set. Nothing in it names the machine, its users or its addresses.
 * A file or tool that is missing is recorded as `absent`.
 */
export async function readEnvironment(node: Node, options: EnvironmentOptions = {}): Promise<Environment> {
  const [files, tools, uplink] = await Promise.all([
    readFiles(node, [...Object.values(SOURCES), ...FACTS, ...FACT_FOLDERS]),
    readTools(node),
    options.uplink === undefined ? {} : readUplink(node, options.uplink.name),
  ]);
  return {
    node: node.name,
    kernel: files.get(SOURCES.kernel) ?? ABSENT,
    bootId: files.get(SOURCES.bootId) ?? ABSENT,
    iperf3: parseVersion(tools['iperf3 --version'] ?? '') ?? ABSENT,
    cpuModel: facts.cpuModel(files),
    cpus: facts.cpuCount(files),
    memoryBytes: facts.memoryBytes(files),
    virtualization: facts.virtualization(files),
    warnings: options.warnings ?? [],
    ...(options.uplink === undefined ? {} : { uplink: describeUplink(options.uplink) }),
    facts: { ...fileFacts(files), ...tools, ...uplink },
  };
}

function describeUplink(uplink: Uplink): UplinkConditions {
  const rateCap = rateCapOf(uplink);
  return { name: uplink.name, mode: uplink.lending.mode, ...(rateCap === undefined ? {} : { rateCap }) };
}

/** By path, or by a name where only a part of a file is kept. */
function fileFacts(files: Files): Record<string, string> {
  const inFolders = [...files.keys()].filter((path) =>
    FACT_FOLDERS.some((folder) => path.startsWith(folder)),
  );
  return {
    distribution: facts.distribution(files) ?? ABSENT,
    'kernel parameters': facts.kernelParameters(files),
    governor: facts.governors(files).join(', ') || ABSENT,
    'steal since boot': facts.stealShare(files).toFixed(4),
    ...Object.fromEntries([...FACTS, ...inFolders].map((path) => [path, files.get(path) ?? ABSENT])),
  };
}

/** First line of every tool's version, by command. The next ones of iperf3 would name the machine. */
async function readTools(node: Node): Promise<Record<string, string>> {
  const texts = await Promise.all(TOOLS.map((argv) => answer(node, argv)));
  return Object.fromEntries(TOOLS.map((argv, index) => [argv.join(' '), texts[index]!.split('\n')[0]!]));
}

async function readUplink(node: Node, uplink: string): Promise<Record<string, string>> {
  const argvs = ETHTOOL_OPTIONS.map((option) => ['ethtool', option, uplink]);
  const texts = await Promise.all(argvs.map((argv) => answer(node, argv)));
  const settings = ['mtu', 'speed', 'duplex'].map((name) => `/sys/class/net/${uplink}/${name}`);
  const files = await readFiles(node, settings);
  return Object.fromEntries([
    ...argvs.map((argv, index) => [argv.join(' '), texts[index]!]),
    ...settings.map((path) => [path, files.get(path) ?? ABSENT]),
  ]) as Record<string, string>;
}

async function answer(node: Node, argv: string[]): Promise<string> {
  const { code, stdout } = await node.exec(argv);
  return code === 0 ? stdout.trim() : ABSENT;
}
