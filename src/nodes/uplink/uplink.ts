/** Lends a physical uplink to a testbed and gives it back as it was, whatever happens in between. */
import { readFileSync } from 'node:fs';
import { BenchError, fail } from '../../failures.js';
import { WAY_LOST, type Channel, type Node } from '../node.js';
import { inspectUplink } from './inspect.js';
import { refusal } from './refuse.js';
import { planRestoration } from './restoration.js';

const GUARDIAN = ['./restore.sh', './guardian.sh']
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n');
/** The guardian waits 5 s for one. */
const HEARTBEAT_MS = 1000;
const MOVE_TIMEOUT_MS = 20_000;

export interface GuardedUplink {
  /** Its name, here and in the testbed. */
  readonly name: string;
  /**
   * Ends the testbed and gives the uplink back; resolves when it is as it was.
   * Errors: `uplink` with what could not be restored; the journal is then kept for `bench clean`.
   */
  release(): Promise<void>;
}

/**
 * Moves an uplink into the network of a testbed (pid of its first process, as the node sees it), under its own
 * name, down and without addresses. It comes back when it is released, or when this process has ended or been
 * silent for 5 s; the testbed ends first. Errors: `privilege` without root, `uplink` if it may not be lent.
 */
export async function guardUplink(
  node: Node,
  { uplink, testbedPid }: { uplink: string; testbedPid: number },
): Promise<GuardedUplink> {
  await requireRoot(node);
  const state = await inspectUplink(node, uplink);
  const refused = refusal(state, { mode: 'moved' });
  if (refused) throw new BenchError(refused);

  const guardian = node.spawn(['sh', '-c', GUARDIAN, 'bench-guardian', uplink, String(testbedPid)]);
  const output = collect(guardian);
  guardian.write([...planRestoration(state).journal, 'end', ''].join('\n'));
  await moved(guardian, output, uplink);

  const heartbeat = setInterval(() => guardian.write('beat\n'), HEARTBEAT_MS);
  return {
    name: uplink,
    release: async () => {
      clearInterval(heartbeat);
      guardian.end();
      const code = await guardian.closed;
      if (code === 0) return;
      if (code === WAY_LOST) {
        fail(
          'connection-lost',
          `the way to ${node.name} was lost before ${uplink} was given back: its guardian does that within 10 s, or \`bench clean\` there`,
        );
      }
      fail(
        'uplink',
        `${uplink} could not be given back as it was: mend what is named below, then \`bench clean\``,
        output.stderr,
      );
    },
  };
}

/** A user namespace's root owns no physical device. */
async function requireRoot(node: Node): Promise<void> {
  const { stdout } = await node.exec(['id', '-u']);
  if (stdout.trim() !== '0') {
    fail('privilege', 'a physical uplink can be lent only by root: run as root, or leave out --uplink');
  }
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

/** Waits until the guardian has moved the device. */
async function moved(guardian: Channel, output: Output, uplink: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const outcome = await Promise.race([
    guardian.closed.then(() => 'ended'),
    new Promise<string>(
      (resolve) => (output.changed = () => output.stdout.includes('ready') && resolve('ready')),
    ),
    new Promise<string>((resolve) => (timer = setTimeout(resolve, MOVE_TIMEOUT_MS, 'late'))),
  ]);
  clearTimeout(timer);
  if (outcome === 'ready') return;
  guardian.end();
  fail(
    'uplink',
    `${uplink} could not be lent to the testbed`,
    output.stderr || 'the guardian did not answer within 20 s',
  );
}
