/** `bench` at a terminal: a pseudo-terminal that a test types into, and what is on its screen. */
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { Screen } from '../progress/screen.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const COLUMNS = 60;

/** What Ctrl-C sends through a terminal. */
export const CTRL_C = '\u0003';

export interface Session {
  /** Resolves once the text has been printed. */
  printed: (text: string) => Promise<void>;
  type: (text: string) => void;
  /** Resolves to the exit code once `bench` and the terminal have ended. */
  ended: Promise<number | undefined>;
  screen: Screen;
  /** Command lines of processes of `bench` and of all that it has started. */
  processes: () => Promise<string[]>;
}

/** Starts `bench` with these words in a folder. */
export function atTerminal(cwd: string, words: string): Session {
  const mark = `BENCH_TEST=${randomUUID()}`;
  const command = `stty cols ${COLUMNS}; exec env ${mark} '${process.execPath}' '${CLI}' ${words}`;
  const { CI: _, ...environment } = process.env;
  const child = execa('script', ['--quiet', '--flush', '--return', '--command', command, '/dev/null'], {
    cwd,
    env: { ...environment, TERM: 'xterm', SHELL: '/bin/sh' },
    extendEnv: false,
    reject: false,
    stdin: 'pipe',
  });
  const screen = new Screen(COLUMNS);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen.write(text);
  });
  return {
    printed: (text) => untilPrinted(child.stdout, text),
    type: (text) => void child.stdin.write(text),
    ended: child.then(({ exitCode }) => exitCode),
    screen,
    processes: () => processesWith(mark),
  };
}

/** Resolves when a stream has brought a text; rejects when it ends without. */
function untilPrinted(stream: NodeJS.ReadableStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = '';
    stream.on('data', (chunk: string) => {
      seen += chunk;
      if (seen.includes(text)) resolve();
    });
    stream.on('end', () => {
      reject(new Error(`ended without "${text}":\n${seen}`));
    });
  });
}

/** Command lines of the processes whose environment holds a mark. */
async function processesWith(mark: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const found = pids.map(async (pid) =>
    (await read(pid, 'environ')).includes(mark) ? [(await read(pid, 'cmdline')).replaceAll('\0', ' ')] : [],
  );
  return (await Promise.all(found)).flat();
}
