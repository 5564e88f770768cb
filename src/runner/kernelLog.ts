/** What the kernel logged while a run went on, where it may be read. */
import { BenchError } from '../failures.js';
import type { Node } from '../nodes/node.js';

/** `[  123.456789] text`, or `[  123.456789][ T1] text` where the kernel names the caller. */
const LINE = /^\[ *(\d+\.\d+)\]/;

export class KernelLog {
  private constructor(
    readonly node: Node,
    private last: number,
  ) {}

  /** Begins at the newest line. Resolves to undefined where the log may not be read. */
  static async open(node: Node): Promise<KernelLog | undefined> {
    const { code, stdout } = await node.exec(['dmesg']);
    return code === 0 ? new KernelLog(node, newest(stdout.split('\n'), 0)) : undefined;
  }

  /** Lines since the last call. */
  async since(): Promise<string[]> {
    const { stdout } = await this.node.exec(['dmesg']);
    const lines = stdout.split('\n').filter((line) => stamp(line) > this.last);
    this.last = newest(lines, this.last);
    return lines;
  }
}

/** Lines of all logs since the last call, with the node's name where there are several; a lost node has none to tell. */
export async function readKernelLogs(logs: KernelLog[]): Promise<string[]> {
  const read = logs.map(async (log) => {
    const lines = await log.since().catch((error: unknown) => {
      if (error instanceof BenchError) return [];
      throw error;
    });
    return logs.length > 1 ? lines.map((line) => `${log.node.name}: ${line}`) : lines;
  });
  return (await Promise.all(read)).flat();
}

const stamp = (line: string): number => Number(LINE.exec(line)?.[1] ?? NaN);

function newest(lines: string[], floor: number): number {
  return lines.reduce((max, line) => Math.max(max, stamp(line) || 0), floor);
}
