/**
 * A small shell process outside a testbed, in a session of its own: it ends the testbed, and sets right what the
 * testbed's end does not, when this process has ended or been silent for 5 s, or the way to the machine is lost.
 */
import { readFileSync } from 'node:fs';
import { BenchError, type Failure } from '../failures.js';
import type { Channel, Node } from './node.js';

const COMMON = readFileSync(new URL('./heartbeat.sh', import.meta.url), 'utf8');
const WATCHMAN = readFileSync(new URL('./watchman.sh', import.meta.url), 'utf8');
/** It waits 5 s for one. */
const HEARTBEAT_MS = 1000;
const START_TIMEOUT_MS = 20_000;

export interface Guardian {
  /** Lets it do its work; resolves when it has ended, to its exit code and what it complained of. */
  release(): Promise<{ code: number; complaint: string }>;
}

export interface GuardianRequest {
  /** Says `ready` once it watches, and ends when its standard input does. */
  script: string;
  /** The script's words. */
  words: string[];
  /** Lines that it reads first. */
  input: string[];
  /** What it means if the guardian can't begin. */
  failure: Failure;
}

/** Starts a guardian; errors: the failure that was given. */
export async function startGuardian(node: Node, request: GuardianRequest): Promise<Guardian> {
  const { script, words, input, failure } = request;
  const channel = node.spawn(['sh', '-c', `${COMMON}\n${script}`, 'bench-guardian', ...words]);
  const output = collect(channel);
  if (input.length > 0) channel.write([...input, ''].join('\n'));
  if (!(await isReady(channel, output))) {
    channel.end();
    const detail = output.stderr || 'the guardian did not answer within 20 s';
    throw new BenchError({ ...failure, detail });
  }
  const heartbeat = setInterval(() => channel.write('beat\n'), HEARTBEAT_MS);
  void channel.closed.then(() => clearInterval(heartbeat));
  return {
    release: async () => {
      channel.end();
      return { code: await channel.closed, complaint: output.stderr };
    },
  };
}

/**
 * Guards a testbed (pid of its first process, as the node sees it) that no uplink was moved into. An uplink that it
 * shares with the machine is kept from other runs. Errors: `uplink` if another run has that, `testbed-lost`.
 */
export function watchTestbed(node: Node, testbedPid: number, shared?: string): Promise<Guardian> {
  const failure: Failure =
    shared === undefined
      ? { reason: 'testbed-lost', message: `the testbed on ${node.name} could not be watched` }
      : { reason: 'uplink', message: `${shared} of ${node.name} could not be shared` };
  const words = [String(testbedPid), ...(shared === undefined ? [] : [shared])];
  return startGuardian(node, { script: WATCHMAN, words, input: [], failure });
}

interface Output {
  stdout: string;
  stderr: string;
  /** Called at every new piece. */
  changed?: () => void;
}

function collect(channel: Channel): Output {
  const output: Output = { stdout: '', stderr: '' };
  channel.onStderr((chunk) => (output.stderr += chunk));
  channel.onStdout((chunk) => {
    output.stdout += chunk;
    output.changed?.();
  });
  return output;
}

async function isReady(guardian: Channel, output: Output): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const ready = await Promise.race([
    guardian.closed.then(() => false),
    new Promise<boolean>(
      (resolve) => (output.changed = () => output.stdout.includes('ready') && resolve(true)),
    ),
    new Promise<boolean>((resolve) => (timer = setTimeout(resolve, START_TIMEOUT_MS, false))),
  ]);
  clearTimeout(timer);
  return ready;
}
