/** Starting, stopping and reading programs inside a testbed, however many, in one script each. */
import { shellWords } from '../nodes/shell.js';
import type { Testbed } from '../nodes/testbed.js';

export interface Program {
  /** Names its output file; letters and digits. */
  name: string;
  /** Path of the network namespace it runs in. */
  netns: string;
  argv: string[];
}

/** Starts programs in the background. Resolves to pids by name, as seen inside the testbed. */
export async function startPrograms(testbed: Testbed, programs: Program[]): Promise<Map<string, number>> {
  const lines = programs.map(({ name, netns, argv }) => `start ${shellWords([name, netns, ...argv])}`);
  const { output } = await testbed.run(lines.join('\n'));
  return new Map([...output.matchAll(/^(\w+) (\d+)$/gm)].map(([, name, pid]) => [name!, Number(pid)]));
}

/** Sends a signal to processes; those that are gone already don't matter. */
export async function signal(
  testbed: Testbed,
  name: 'STOP' | 'TERM' | 'KILL',
  pids: number[],
): Promise<void> {
  if (pids.length > 0) await testbed.run(`kill -${name} ${pids.join(' ')} 2>/dev/null || true`);
}

/** How a program ended: with its exit code, by a signal (128 + its number), or not of itself. */
export type Ending = number | 'hung';

/**
 * Waits for programs to end, killing those that are still there after `patience` seconds.
 * Resolves to their endings by pid.
 */
export async function reapPrograms(
  testbed: Testbed,
  pids: number[],
  patience: number,
): Promise<Map<number, Ending>> {
  const all = pids.join(' ');
  const script = [
    `(sleep ${patience.toFixed(1)} && echo hung && kill -KILL ${all}) 2>/dev/null & watchdog=$!`,
    `for pid in ${all}; do wait "$pid"; echo "$pid $?"; done`,
    'kill -KILL $watchdog; wait $watchdog; true',
  ];
  const { output } = await testbed.run(script.join('\n'), patience + 30);
  const killed = /^hung$/m.test(output) ? 128 + 9 : undefined;
  const endings = [...output.matchAll(/^(\d+) (\d+)$/gm)].map(([, pid, code]) => [Number(pid), Number(code)]);
  return new Map(endings.map(([pid, code]) => [pid!, code === killed ? 'hung' : code!]));
}

/** Reads what programs have printed, by name; a name without output is absent. */
export async function readOutputs(testbed: Testbed, names: string[]): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const files = names.map((name) => `${name}.out`);
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
  return new Map([...lines].map(([name, text]) => [name, text.join('\n')]));
}
