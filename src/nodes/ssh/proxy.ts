/** A program whose standard input and output carry a connection. */
import { Duplex } from 'node:stream';
import { execa } from 'execa';

/** What carries a connection in place of a socket of its own. */
export interface Carrier {
  stream: Duplex;
  /** What was said on the way of why it broke. */
  complaint: () => string;
  close: () => void;
}

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
  let complaint = '';
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
  void child.then(({ failed, shortMessage }) => {
    if (failed) complaint ||= shortMessage ?? '';
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin }) as Duplex;
  return { stream, complaint: () => complaint.trim(), close: () => void child.kill('SIGHUP') };
}
