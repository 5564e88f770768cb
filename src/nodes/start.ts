/** Long-lived programs of this machine. */
import { execa } from 'execa';

/** Starts a program in a session of its own, so that a Ctrl-C at the terminal leaves it alone; it never rejects. */
export function startProgram(argv: string[], env: Record<string, string> = {}) {
  const [file = '', ...args] = argv;
  return execa(file, args, {
    stdin: 'pipe',
    buffer: false,
    detached: true,
    cleanup: false,
    reject: false,
    env,
  });
}
