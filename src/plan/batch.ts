/** Groups steps so that few processes do much: one `ip -batch` per place, containers side by side. */
import { netnsPath } from '../containers/netns.js';
import type { NodePlan, Place, Step } from './plan.js';
import { SWITCH_NETNS } from './steps.js';

/** One process, started in the node's namespace. */
export interface Batch {
  argv: string[];
  /** Its standard input: one command per line. */
  input?: string;
}

/** Batches that need nothing of each other; stages run one after another. */
export type Stage = Batch[];

/** A step's command, or its undo. */
export type Command = Pick<Step, 'place' | 'argv'>;

/** What builds a plan. Answers come in JSON: to print a device as text, `ip` opens every namespace of the node. */
export function buildStages({ steps }: NodePlan): Stage[] {
  return stagesOf(steps, ['-json']);
}

/**
 * What takes a plan down, in whatever state it is: every command is tried, and one that finds nothing to remove fails
 * without harm.
 */
export function undoStages(plan: NodePlan): Stage[] {
  return stagesOf(undoCommands(plan), ['-force']);
}

/** The commands that take a plan down; one that several steps share comes once, when the last of them is undone. */
export function undoCommands({ steps }: NodePlan): Command[] {
  const undoing = steps.flatMap(({ place, undo }) => (undo ? [{ place, argv: undo }] : [])).reverse();
  return [...new Map(undoing.map((command) => [commandLine(command), command])).values()];
}

/** A command as one would type it in the node's namespace. */
export function commandLine({ place, argv: [program = '', ...rest] }: Command): string {
  const netns = netnsOf(place);
  const inside = program === 'ip' ? ['ip', '-n', netns] : ['ip', 'netns', 'exec', netns, program];
  return [...(netns === undefined ? [program] : inside), ...rest].join(' ');
}

/** Runs in a place from the node's namespace. Unlike `ip -n` it copies no mount table, which hundreds of namespaces fill. */
function argvIn(place: Place, argv: string[]): string[] {
  const netns = netnsOf(place);
  return netns === undefined ? argv : ['nsenter', `--net=${netnsPath(netns)}`, ...argv];
}

function netnsOf(place: Place): string | undefined {
  if (place.kind === 'node') return undefined;
  return place.kind === 'switch' ? SWITCH_NETNS : place.name;
}

/** Consecutive `ip` commands of the same kind of place make a stage: containers need nothing of each other. */
function stagesOf(commands: Command[], options: string[]): Stage[] {
  const runs: Command[][] = [];
  for (const command of commands) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && isIp(last) && isIp(command) && last.place.kind === command.place.kind)
      run.push(command);
    else runs.push([command]);
  }
  return runs.map((run) => stageOf(run, options));
}

function stageOf(run: Command[], options: string[]): Stage {
  const places = new Map<string | undefined, Command[]>();
  for (const command of run) {
    const netns = netnsOf(command.place);
    const same = places.get(netns);
    if (same) same.push(command);
    else places.set(netns, [command]);
  }
  return [...places.values()].map((commands) => batchOf(commands, options));
}

function batchOf(commands: Command[], options: string[]): Batch {
  const first = commands[0]!;
  if (!isIp(first)) return { argv: argvIn(first.place, first.argv) };
  const argv = argvIn(first.place, ['ip', ...options, '-batch', '-']);
  return { argv, input: commands.map(({ argv: [, ...line] }) => `${line.join(' ')}\n`).join('') };
}

const isIp = ({ argv }: Command): boolean => argv[0] === 'ip';
