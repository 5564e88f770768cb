/** `bench report`: results folders to pictures, tables and an answer. */
import { basename, join, resolve } from 'node:path';
import { reportModel } from '../report/model.js';
import { headlineSentences } from '../report/sections/answer.js';
import { verdictSentence } from '../report/sections/verdicts.js';
import { writeReport } from '../report/write.js';
import { newestResults, readResults } from '../results/read.js';
import type { CommandResult } from './result.js';

export interface ReportOptions {
  /** Results folders that one report is made from; empty: the newest one. */
  folders: string[];
  /** Where the report goes; default `reports/<names of the results folders>`. */
  out?: string | undefined;
  /** Folder that holds results folders. */
  resultsRoot: string;
}

/** Renders the report; the text is what was found and where to read on. */
export async function report({ folders, out, resultsRoot }: ReportOptions): Promise<CommandResult> {
  const sources = folders.length > 0 ? folders : [await newestResults(resultsRoot)];
  const experiments = await Promise.all(sources.map(readResults));
  const model = reportModel(experiments);
  const folder = out ?? join('reports', sources.map((source) => basename(resolve(source))).join('+'));
  await writeReport(model, folder);
  const text = [
    ...model.experiments.flatMap(headlineSentences),
    ...model.verdicts.map(verdictSentence),
    `Open ${join(folder, 'index.html')} in a browser, or read ${join(folder, 'report.md')}; tables are in ${join(folder, '*.csv')}.`,
  ].join('\n');
  return { text, exitCode: 0 };
}
