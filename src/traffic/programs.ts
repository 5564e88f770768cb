/** Starting, watching and reading programs inside testbeds, however many, by one request to each node. */
import { fail } from '../failures.js';
import { nodeOf, onEachNode, pidOf, processId, type ProcessId } from '../nodes/process.js';
import { shellWords } from '../nodes/shell.js';
import type { Testbed } from '../nodes/testbed.js';
import type { Pass } from '../probes/pass.js';
import type { Sampler } from '../probes/samplers.js';

/** What a program has printed is found by its name on its node. */
export interface Output {
  /** Names its output file; letters and digits. Unique among all nodes. */
  name: string;
  /** Index of the node it runs on. */
  node: number;
}

export interface Program extends Output {
  /** Path of the network namespace it runs in. */
  netns: string;
  argv: string[];
}

/** Starts programs in the background. Resolves to all of them by name. Errors: `testbed-lost`. */
export async function startPrograms(
  testbeds: Testbed[],
  programs: Program[],
): Promise<Map<string, ProcessId>> {
  const started = await onEachNode(programs, nodeOfOutput, async (node, here) => {
    const lines = here.map(({ name, netns, argv }) => `start ${shellWords([name, netns, ...argv])}`);
    const { output } = await testbeds[node]!.run(lines.join('\n'));
    return [...output.matchAll(/^(\w+) (\d+)$/gm)].map(([, name, pid]): [string, ProcessId] => [
      name!,
      processId(node, Number(pid)),
    ]);
  });
  const processes = new Map(started);
  const lost = programs.find(({ name }) => !processes.has(name));
  return lost ? fail('testbed-lost', `a testbed did not say that it started ${lost.name}`) : processes;
}

const nodeOfOutput = ({ node }: Output): number => node;

/** How a program ended: with its exit code, by a signal (128 + its number), or not of itself. */
export type Ending = number | 'hung';

/** Waits for programs to end, killing those that are still there after `patience` seconds. Resolves to their endings. */
export async function reapPrograms(
  testbeds: Testbed[],
  processes: ProcessId[],
  patience: number,
): Promise<Map<ProcessId, Ending>> {
  return new Map(
    await onEachNode(processes, nodeOf, (node, here) => reap(testbeds[node]!, node, here, patience)),
  );
}

async function reap(
  testbed: Testbed,
  node: number,
  processes: ProcessId[],
  patience: number,
): Promise<[ProcessId, Ending][]> {
  const all = processes.map(pidOf).join(' ');
  const script = [
    `(sleep ${patience.toFixed(1)} && echo hung && kill -KILL ${all}) 2>/dev/null & watchdog=$!`,
    `for pid in ${all}; do wait "$pid"; echo "$pid $?"; done`,
    'kill -KILL $watchdog; wait $watchdog; true',
  ];
  const { output } = await testbed.run(script.join('\n'), patience + 30);
  const killed = /^hung$/m.test(output) ? 128 + 9 : undefined;
  const endings = [...output.matchAll(/^(\d+) (\d+)$/gm)].map(([, pid, code]) => [Number(pid), Number(code)]);
  return endings.map(([pid, code]) => [processId(node, pid!), code === killed ? 'hung' : code!]);
}

/** What a thread may be doing, by the letters of proc(5): running or waiting for a CPU or a disk, or stopped. */
const STATES = { working: /[RD]/, stopped: /T/ };

/** Those of some programs that have a thread which is working, or stopped. */
export async function findInState(
  sampler: Sampler,
  state: keyof typeof STATES,
  processes: ProcessId[],
): Promise<ProcessId[]> {
  const states = await readStates(sampler, processes);
  return processes.filter((process) => STATES[state].test(states.get(process) ?? ''));
}

/** Which of some programs have ended; to their shell they are there until it waits for them. */
export async function findEndedPrograms(sampler: Sampler, processes: ProcessId[]): Promise<ProcessId[]> {
  const states = await readStates(sampler, processes);
  return processes.filter((process) => /^Z*$/.test(states.get(process) ?? ''));
}

/** Letters of the states of all threads. By the sampler: programs that send would keep a testbed's shell waiting. */
async function readStates(sampler: Sampler, processes: ProcessId[]): Promise<Pass['states']> {
  const files = processes.map((process) => ({ process, file: 'task/*/stat' }));
  await sampler.define('states', { pattern: '^[0-9]+[[:space:]][(]', files });
  return (await sampler.pass('states')).states;
}

/** Reads what programs have printed, by name; a name without output is absent. */
export async function readOutputs(testbeds: Testbed[], outputs: Output[]): Promise<Map<string, string>> {
  return new Map(
    await onEachNode(outputs, nodeOfOutput, (node, here) => readOutputsOf(testbeds[node]!, here)),
  );
}

async function readOutputsOf(testbed: Testbed, outputs: Output[]): Promise<[string, string][]> {
  const files = outputs.map(({ name }) => `${name}.out`);
  const { output } = await testbed.run(`grep -aHs '' ${shellWords(files)} || true`);
  const lines = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    const at = line.indexOf('.out:');
    if (at < 0) continue;
    const name = line.slice(0, at);
    const text = lines.get(name) ?? [];
    text.push(line.slice(at + '.out:'.length));
    lines.set(name, text);
  }
  return [...lines].map(([name, text]) => [name, text.join('\n')]);
}
