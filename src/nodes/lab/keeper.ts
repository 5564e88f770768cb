/** The first process of a machine of a lab: as long as it lives, so does the machine. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process known beyond doubt: its pid alone may have become another's. */
export interface Keeper {
  pid: number;
  /** Clock ticks from the start of the kernel to that of the process. */
  startTime: number;
}

interface Stat extends Keeper {
  /** `Z` for a zombie. */
  state: string;
}

/** Reads a line of /proc/PID/stat; the second field, the process's name in brackets, may hold anything. */
export function parseStat(line: string): Stat {
  const [state = '', ...fields] = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { pid: Number.parseInt(line), state, startTime: Number(fields[18]) };
}

export function isAlive({ pid, startTime }: Keeper): boolean {
  const now = readStat(pid);
  return now !== undefined && now.startTime === startTime && !'ZX'.includes(now.state);
}

function readStat(pid: number): Stat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Ends a machine at once, with every process in it. */
export function endKeeper(keeper: Keeper): void {
  try {
    if (isAlive(keeper)) process.kill(keeper.pid, 'SIGKILL');
  } catch (error) {
    // it has ended since we looked
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Which network a process is in, as the kernel names it; undefined if it has ended. */
export function networkOf(pid: number | string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}

/** Pids of the processes that are in one of some networks. */
export function processesIn(networks: string[]): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && networks.includes(networkOf(pid) ?? ''));
}
