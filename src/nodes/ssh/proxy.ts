/** A program whose standard input and output carry a connection. */
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram } from '../start.js';

/** What carries a connection in place of a socket of its own. */
export interface Carrier {
  stream: Duplex;
  /** What was said on the way of why it broke; waits a moment for it. */
  complaint?: () => Promise<string>;
  close: () => void;
}

/** Milliseconds in which a program that fails says why. */
const COMPLAINING = 1000;

export function startProxy(argv: string[]): Carrier {
  const child = startProgram(argv);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  const complaint = async (): Promise<string> => {
    const ended = await Promise.race([child, sleep(COMPLAINING, undefined, { ref: false })]);
    return said.trim() || (ended?.shortMessage ?? '');
  };
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  return { stream, complaint, close: () => void child.kill('SIGHUP') };
}
