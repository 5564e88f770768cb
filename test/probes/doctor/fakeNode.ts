import type { ExecResult, Node } from '../../../src/nodes/node.js';

/** Standard output, or a whole result, by how a command begins. */
export type Answers = Record<string, string | Partial<ExecResult>>;

/** A node that answers from a table, the longest beginning first; what is not in it can not be started. */
export function fakeNode(answers: Answers): Node & { commands: string[] } {
  const commands: string[] = [];
  return {
    name: 'fake',
    remote: false,
    commands,
    exec: async (argv, options) => {
      const command = argv.join(' ');
      commands.push(options?.input === undefined ? command : `${command} <<< ${options.input}`);
      return Promise.resolve(answer(answers, command));
    },
    close: () => Promise.resolve(),
    spawn: () => {
      throw new Error('this node starts nothing');
    },
  };
}

/** What the table answers to a command. */
export function answer(answers: Answers, command: string): ExecResult {
  const beginnings = Object.keys(answers).filter((beginning) => command.startsWith(beginning));
  const longest = beginnings.toSorted((a, b) => b.length - a.length)[0];
  if (longest === undefined) return { code: 127, stdout: '', stderr: `${command}: not found` };
  const found = answers[longest]!;
  return { code: 0, stdout: '', stderr: '', ...(typeof found === 'string' ? { stdout: found } : found) };
}
