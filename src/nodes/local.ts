/** This machine, by execa. */
import { constants } from 'node:os';
import { execa, type Result } from 'execa';
import type { Channel, ExecOptions, ExecResult, Node } from './node.js';
import { startProgram } from './start.js';

/** Programs answer in English and with a full PATH (an ordinary user's often lacks /usr/sbin). */
const ENVIRONMENT = {
  LC_ALL: 'C',
  PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
};

async function exec(argv: string[], options: ExecOptions = {}): Promise<ExecResult> {
  const [file = '', ...args] = argv;
  const result = await execa(file, args, {
    input: options.input ?? '',
    timeout: (options.timeout ?? 30) * 1000,
    killSignal: 'SIGKILL',
    reject: false,
    stripFinalNewline: false,
    env: ENVIRONMENT,
  });
  const code = codeOf(result);
  return {
    code,
    stdout: result.stdout,
    stderr: result.stderr || (code === 127 ? (result.message ?? '') : ''),
  };
}

function spawn(argv: string[]): Channel {
  const child = startProgram(argv, ENVIRONMENT);
  child.stdin.on('error', ignoreClosedPipe);
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  return {
    write: (text) => void child.stdin.write(text),
    end: () => void child.stdin.end(),
    onStdout: (listen) => void child.stdout.on('data', listen),
    onStderr: (listen) => void child.stderr.on('data', listen),
    closed: child.then(codeOf),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** As a shell tells it: 128 + signal for a program that was killed, 127 for one that could not be started. */
function codeOf({ exitCode, signal }: Pick<Result, 'exitCode' | 'signal'>): number {
  return exitCode ?? (signal ? 128 + constants.signals[signal] : 127);
}

/** A program that has ended closes its pipe; `closed` tells that, so the write error adds nothing. */
function ignoreClosedPipe(): void {}

export function createLocalNode(): Node {
  return { name: 'local', remote: false, exec, spawn, close: () => Promise.resolve() };
}
