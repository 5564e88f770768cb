/** Builds a planned topology in a testbed and takes it down again. */
import { netnsPath } from '../containers/netns.js';
import { fail } from '../failures.js';
import { shellWords } from '../nodes/shell.js';
import type { Testbed } from '../nodes/testbed.js';
import { buildStages, undoStages, type Batch, type Stage } from '../plan/batch.js';
import type { Container, NodePlan, TopologyPlan } from '../plan/plan.js';

/**
 * Batches that run at one time. More of those that build only wait for the kernel's one lock on network configuration;
 * those that undo wait without it until nobody looks at a device any more.
 */
const LANES = { build: 4, undo: 32 };

/** Path of the namespace a container's programs run in. */
export function netnsOf(plan: TopologyPlan, { name }: Container): string {
  return plan.counters === 'shared-namespace' ? '/proc/1/ns/net' : netnsPath(name);
}

/** A device as it stands once a topology is built. */
export interface Device {
  /** The command line whose namespace it is in. */
  place: string;
  name: string;
  mtu: number;
}

/** Builds a topology, its nodes side by side. Resolves to each node's devices. Errors: `setup`, as of one node. */
export function build(testbeds: Testbed[], { nodes }: TopologyPlan): Promise<Device[][]> {
  return Promise.all(nodes.map((plan, node) => buildNode(testbeds[node]!, plan)));
}

/** Builds one node's part. Resolves to its devices. Errors: `setup`, with the first command that was refused. */
export async function buildNode(testbed: Testbed, plan: NodePlan): Promise<Device[]> {
  const devices = new Map<string, Device>();
  for (const stage of buildStages(plan)) {
    const output = await runStage(testbed, stage);
    const failed = /^@failed (\d+) (\d+)$/m.exec(output);
    if (failed) refuse(stage, Number(failed[1]), output);
    for (const device of devicesIn(output, stage)) devices.set(`${device.place} ${device.name}`, device);
  }
  return [...devices.values()];
}

/** Reads what the batches' closing `link show` printed. */
function devicesIn(output: string, stage: Stage): Device[] {
  return output
    .split('@batch ')
    .slice(1)
    .flatMap((text) => {
      const place = stage[Number.parseInt(text, 10)]!.argv.join(' ');
      const links = JSON.parse(/^\[.*\]$/m.exec(text)?.[0] ?? '[]') as { ifname: string; mtu: number }[];
      return links.map(({ ifname: name, mtu }) => ({ place, name, mtu }));
    });
}

/** Takes a topology down, in whatever state it is, and ends every program in it. */
export async function tearDown(testbeds: Testbed[], { nodes }: TopologyPlan): Promise<void> {
  await Promise.all(nodes.map((plan, node) => tearDownNode(testbeds[node]!, plan)));
}

async function tearDownNode(testbed: Testbed, plan: NodePlan): Promise<void> {
  if (!testbed.alive) return;
  const undo = undoStages(plan).map((stage) => stageScript(stage, LANES.undo));
  await testbed.run(['stop_programs', ...undo, 'rm -f ./*.out'].join('\n'));
}

/** Runs a stage; what a batch prints comes behind its place in the stage. */
async function runStage(testbed: Testbed, stage: Stage): Promise<string> {
  const [first] = stage;
  if (!first?.outside) return (await testbed.run(stageScript(stage, LANES.build))).output;
  const { code, stdout, stderr } = await testbed.runOutside(first.argv, first.input);
  return [`@batch 0\n${stdout}${stderr}`, ...(code === 0 ? [] : [`@failed 0 ${code}`])].join('\n');
}

/** Runs a stage's batches in lanes side by side, `most` of them. */
function stageScript(stage: Stage, most: number): string {
  const scripts = stage.map(batchScript);
  const lanes = Array.from({ length: Math.min(most, stage.length) }, (_, lane) =>
    scripts.filter((_, index) => index % most === lane).join('\n'),
  );
  const started = lanes.map((lane, at) => `{\n${lane}\n} >lane${at} & lanes="$lanes $!"`);
  return ['lanes=', ...started, 'wait $lanes', `cat ${lanes.map((_, at) => `lane${at}`).join(' ')}`].join(
    '\n',
  );
}

function batchScript({ argv, input }: Batch, index: number): string {
  const command = `echo "@batch ${index}"\nattempt ${index} ${shellWords(argv)}`;
  if (input === undefined) return command;
  const lines = input
    .trimEnd()
    .split('\n')
    .map((line) => shellWords(line.split(' ')));
  return [`${command} <<'END_OF_BATCH'`, ...lines, 'END_OF_BATCH'].join('\n');
}

/** Fails with what one batch of a stage printed. */
function refuse(stage: Stage, index: number, output: string): never {
  const [words = ''] = (output.split(`@batch ${index}\n`)[1] ?? '').split('\n@failed ');
  fail('setup', `the testbed refused \`${stage[index]!.argv.join(' ')}\``, words.trim().slice(0, 2000));
}
