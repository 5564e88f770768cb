/** Groups steps so that few processes do much: one `ip -batch` per place, containers side by side. */
import { netnsPath } from '../containers/netns.js';
import type { NodePlan, Place, Step } from './plan.js';
import { SWITCH_NETNS } from './steps.js';

/** One process. */
export interface Batch {
  argv: string[];
  /** Started in the machine's own network with the testbed's files, and not in the node's namespace. */
  outside?: true;
  /** Its standard input: one command per line. */
  input?: string;
}

/** Batches that need nothing of each other; stages run one after another. */
export type Stage = Batch[];

/** A step's command, or its undo. */
export type Command = Pick<Step, 'place' | 'argv'>;

/**
 * What builds a plan; batches of `ip` in the testbed end with a list of the devices there. Answers come in JSON: to print
 * a device as text, `ip` opens every namespace of the node.
 */
export function buildStages({ steps }: NodePlan): Stage[] {
  return stagesOf(steps, ['-json'], ['link show']);
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

/** A command as one would type it in the node's namespace, or on the machine with the testbed's pid in `$testbed`. */
export function commandLine({ place, argv: [program = '', ...rest] }: Command): string {
  if (place.kind === 'machine') return ['nsenter --target $testbed --mount', program, ...rest].join(' ');
  const netns = netnsOf(place);
  const inside = batches(program) ? [program, '-n', netns] : ['ip', 'netns', 'exec', netns, program];
  return [...(netns === undefined ? [program] : inside), ...rest].join(' ');
}

/** Runs in a place from the node's namespace. Unlike `ip -n` it copies no mount table, which hundreds of namespaces fill. */
function argvIn(place: Place, argv: string[]): string[] {
  const netns = netnsOf(place);
  return netns === undefined ? argv : ['nsenter', `--net=${netnsPath(netns)}`, ...argv];
}

function netnsOf(place: Place): string | undefined {
  if (place.kind === 'container') return place.name;
  return place.kind === 'switch' ? SWITCH_NETNS : undefined;
}

/** Consecutive commands of one program and kind of place make a stage: containers need nothing of each other. */
function stagesOf(commands: Command[], options: string[], closing: string[] = []): Stage[] {
  const runs: Command[][] = [];
  for (const command of commands) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && areOneStage(last, command)) run.push(command);
    else runs.push([command]);
  }
  return runs.map((run) => stageOf(run, options, closing));
}

function areOneStage({ place, argv: [program = ''] }: Command, other: Command): boolean {
  return batches(program) && other.argv[0] === program && other.place.kind === place.kind;
}

function stageOf(run: Command[], options: string[], closing: string[]): Stage {
  const places = new Map<string | undefined, Command[]>();
  for (const command of run) {
    const netns = netnsOf(command.place);
    const same = places.get(netns);
    if (same) same.push(command);
    else places.set(netns, [command]);
  }
  return [...places.values()].map((commands) => batchOf(commands, options, closing));
}

function batchOf(commands: Command[], options: string[], closing: string[]): Batch {
  const { place, argv: words } = commands[0]!;
  const [program = ''] = words;
  if (!batches(program)) return { argv: argvIn(place, words) };
  const outside = place.kind === 'machine';
  const last = program === 'ip' && !outside ? closing : [];
  const lines = [...commands.map(({ argv: [, ...line] }) => line.join(' ')), ...last];
  return {
    argv: argvIn(place, [program, ...options, '-batch', '-']),
    input: lines.map((line) => `${line}\n`).join(''),
    ...(outside ? { outside } : {}),
  };
}

/** Whether a program takes many commands from its standard input. */
const batches = (program: string): boolean => program === 'ip' || program === 'tc';
