/** Taking times side by side, so that what the machine does meanwhile meets both. */
import { spawnSync } from 'node:child_process';

type Measure = () => number | Promise<number>;

/** Measures two things in turns: A B, B A, A B, ... */
export async function alternate(
  repeats: number,
  measureA: Measure,
  measureB: Measure,
): Promise<{ a: number[]; b: number[] }> {
  const a: number[] = [];
  const b: number[] = [];
  for (let round = 0; round < repeats; round++) {
    if (round % 2 === 0) a.push(await measureA());
    b.push(await measureB());
    if (round % 2 === 1) a.push(await measureA());
  }
  return { a, b };
}

/** Seconds that work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

const PATIENCE_MS = 600_000;

/** Runs Node as a whole process. Errors: throws if it fails. */
export function runNode(args: string[]): { seconds: number; stdout: string; stderr: string } {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
  const seconds = (performance.now() - begun) / 1000;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return { seconds, stdout, stderr };
}
