/** Which records count, and which blocks are done. Pure. */
import { cellKey, stratumKey } from '../scenario/cells.js';
import type { Scenario, Stratum } from '../scenario/scenario.js';
import type { RunRecord } from './record.js';

/** The records that figures are made from: of each block the highest take, of each cell in it the last attempt. */
export function countedRecords(records: readonly RunRecord[]): RunRecord[] {
  const takes = highestTakes(records);
  const last = new Map<string, RunRecord>();
  for (const record of records) {
    if (record.take !== takes.get(blockOf(record))) continue;
    const key = `${cellKey(record.cell)} #${record.repetition}`;
    const other = last.get(key);
    if (!other || record.attempt >= other.attempt) last.set(key, record);
  }
  return records.filter((record) => last.get(`${cellKey(record.cell)} #${record.repetition}`) === record);
}

export interface Progress {
  /** Whether every driver has a result in the block's highest take: a valid run, or failures with no retry left. */
  isComplete(stratum: Stratum, repetition: number): boolean;
  /** The take as which a block that is not complete is to be run: 0 if it was never begun. */
  nextTake(stratum: Stratum, repetition: number): number;
}

/** How far an experiment is, for the drivers that can be run. */
export function progressOf(
  records: readonly RunRecord[],
  { drivers, retries }: Pick<Scenario, 'drivers' | 'retries'>,
): Progress {
  const takes = highestTakes(records);
  const settled = new Map<string, Set<string>>();
  for (const record of countedRecords(records)) {
    if (record.status === 'failed' && record.attempt < retries) continue;
    const block = blockOf(record);
    settled.set(block, (settled.get(block) ?? new Set()).add(record.cell.driver));
  }
  return {
    isComplete: (stratum, repetition) => {
      const done = settled.get(blockKey(stratum, repetition));
      return done !== undefined && drivers.every((driver) => done.has(driver));
    },
    nextTake: (stratum, repetition) => (takes.get(blockKey(stratum, repetition)) ?? -1) + 1,
  };
}

/** The highest take of each block. */
function highestTakes(records: readonly RunRecord[]): Map<string, number> {
  const takes = new Map<string, number>();
  for (const record of records) {
    const block = blockOf(record);
    takes.set(block, Math.max(record.take, takes.get(block) ?? 0));
  }
  return takes;
}

const blockKey = (stratum: Stratum, repetition: number): string => `${stratumKey(stratum)} #${repetition}`;

const blockOf = ({ cell, repetition }: RunRecord): string => blockKey(cell, repetition);
