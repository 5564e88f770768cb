/** What lies where in a results folder; results/README.md describes the format. */
import { join } from 'node:path';

export const headerFile = (folder: string): string => join(folder, 'experiment.json');
export const runsFile = (folder: string): string => join(folder, 'runs.jsonl');
/** What was cut off the end of the runs when an experiment that had crashed was resumed. */
export const truncatedFile = (folder: string): string => join(folder, 'runs.jsonl.truncated');
export const rawFolder = (folder: string): string => join(folder, 'raw');
export const rawFile = (folder: string, runId: string): string => join(rawFolder(folder), `${runId}.json.gz`);
export const lockFile = (folder: string): string => join(folder, 'lock');

/** A header that a resumption under other conditions replaced, numbered from 1. */
export const earlierHeaderFile = (folder: string, number: number): string =>
  join(folder, `experiment.${number}.json`);
export const isEarlierHeader = (name: string): boolean => /^experiment\.\d+\.json$/.test(name);
