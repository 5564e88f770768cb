/** A program whose standard input and output carry a connection. */
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

/** What carries a connection in place of a socket of its own. */
export interface Carrier {
  stream: Duplex;
  /** What was said on the way of why it broke; waits a moment for it. */
  complaint?: () => Promise<string>;
  close: () => void;
}

/** Milliseconds in which a program that fails says why. */
const COMPLAINING = 1000;

/** Starts the program in a session of its own, so that a Ctrl-C at the terminal leaves the connection alone. */
export function startProxy(argv: string[]): Carrier {
  const [file = '', ...args] = argv;
  const child = execa(file, args, {
    stdin: 'pipe',
    buffer: false,
    detached: true,
    cleanup: false,
    reject: false,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  const complaint = async (): Promise<string> => {
    const ended = await Promise.race([child, sleep(COMPLAINING, undefined, { ref: false })]);
    return said.trim() || (ended?.shortMessage ?? '');
  };
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  return { stream, complaint, close: () => void child.kill('SIGHUP') };
}
