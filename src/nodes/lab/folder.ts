/** Where labs are written down: a folder each, for root alone. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '../../failures.js';
import { LABS } from '../inventory.js';
import { isAlive, parseStat, type Keeper } from './keeper.js';
import type { LabSettings } from './settings.js';

/** A lab as it is written down, which may be half-built or half-dead. */
export interface LabRecord {
  folder: string;
  settings: LabSettings;
  /** First processes of its machines that live, by the machine's name. */
  keepers: Map<string, Keeper>;
}

const isOneOf = (error: unknown, ...codes: string[]): boolean =>
  codes.includes(String((error as NodeJS.ErrnoException).code));

/** Makes a lab's folder, whole or not at all. Errors: `usage` if there is a lab of that name. */
export function createFolder(settings: LabSettings): string {
  const folder = join(LABS, settings.name);
  mkdirSync(LABS, { recursive: true, mode: 0o700 });
  const made = mkdtempSync(join(LABS, '.new-'));
  mkdirSync(join(made, 'keepers'));
  mkdirSync(join(made, 'keys'));
  writeFileSync(join(made, 'lab.json'), JSON.stringify({ boot: thisBoot(), settings }));
  try {
    renameSync(made, folder);
    return folder;
  } catch (error) {
    rmSync(made, { recursive: true });
    if (!isOneOf(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    return fail('usage', `a lab named ${settings.name} is there already: ${wayOut(settings.name)}`);
  }
}

const wayOut = (name: string): string =>
  `\`bench lab status\` tells how it is, \`bench lab down --name ${name}\` ends it, --name makes another`;

/** Names of all labs. Errors: `privilege` unless root. */
export function labNames(): string[] {
  try {
    return readdirSync(LABS).filter((name) => !name.startsWith('.'));
  } catch (error) {
    if (isOneOf(error, 'ENOENT')) return [];
    if (isOneOf(error, 'EACCES')) fail('privilege', 'only root may see labs: run it as root, with sudo');
    throw error;
  }
}

/** Reads what is written down of a lab; the name is one of labNames. */
export function readRecord(name: string): LabRecord {
  const folder = join(LABS, name);
  const { boot, settings } = JSON.parse(readFileSync(join(folder, 'lab.json'), 'utf8')) as {
    boot: string;
    settings: LabSettings;
  };
  return { folder, settings, keepers: boot === thisBoot() ? readKeepers(folder) : new Map<string, Keeper>() };
}

function readKeepers(folder: string): Map<string, Keeper> {
  const names = readdirSync(join(folder, 'keepers')).filter((name) => !name.endsWith('.new'));
  return new Map(
    names.flatMap((name) => {
      const keeper = readKeeper(folder, name);
      return keeper ? [[name, keeper]] : [];
    }),
  );
}

/** The first process of a machine that has begun, from its own line of /proc/PID/stat; undefined if it has ended. */
export function readKeeper(folder: string, name: string): Keeper | undefined {
  const { pid, startTime } = parseStat(readFileSync(join(folder, 'keepers', name), 'utf8'));
  return isAlive({ pid, startTime }) ? { pid, startTime } : undefined;
}

function thisBoot(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Removes a lab's folder, and those above it that were only there for it. */
export function removeFolder(folder: string): void {
  // a machine that was starting may still write into it
  rmSync(folder, { recursive: true, maxRetries: 5 });
  try {
    rmdirSync(LABS);
    rmdirSync(dirname(LABS));
  } catch (error) {
    if (!isOneOf(error, 'ENOTEMPTY', 'ENOENT')) throw error;
  }
}
