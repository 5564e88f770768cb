/** What a report knows, computed once from records: everything that is rendered later is taken from here. */
import { countedRecords, type Experiment } from '../results/read.js';
import type { ExperimentHeader, RunRecord } from '../results/record.js';
import { METHODS, type Method } from '../scenario/scenario.js';
import { summarizeCells } from '../statistics/cells.js';
import { judgeClaims } from '../statistics/claims/judge.js';
import type { Verdict } from '../statistics/claims/verdict.js';
import { headlines, type Headline } from '../statistics/headline.js';
import { settingsOf, type Setting } from './settings.js';

export interface ReportModel {
  experiments: ExperimentModel[];
  /** One per claim and method that was measured. */
  verdicts: Verdict[];
}

export interface ExperimentModel {
  header: ExperimentHeader;
  /** `Local TCP`; with the experiment's id where another one of the report would be called the same. */
  title: string;
  /** What was wrong with the results folder, in sentences. */
  problems: string[];
  /** Every run that was recorded. */
  records: RunRecord[];
  /** Those that enter the statistics. */
  counted: RunRecord[];
  settings: Setting[];
  /** One per method. */
  headlines: Headline[];
}

/** Computes a report on experiments whose figures belong together. */
export function reportModel(experiments: Experiment[]): ReportModel {
  const models = experiments.map((experiment) => experimentModel(experiment, experiments));
  return { experiments: models, verdicts: METHODS.flatMap((method) => judgeMethod(models, method)) };
}

/** Judges what was measured by one method, if anything was. */
function judgeMethod(models: ExperimentModel[], method: Method): Verdict[] {
  const measured = models.filter(({ header }) => header.scenario.method.includes(method));
  return judgeClaims({
    experiments: measured.map(({ header, counted, records }) => ({
      header,
      records: counted,
      attempts: records,
    })),
    method,
  });
}

function experimentModel({ header, records, problems }: Experiment, all: Experiment[]): ExperimentModel {
  const counted = countedRecords(records);
  const namesakes = all.filter((other) => titleOf(other.header) === titleOf(header));
  const title = namesakes.length > 1 ? `${titleOf(header)} (${header.id})` : titleOf(header);
  const settings = settingsOf(header, title, summarizeCells(counted, header.scenario));
  return {
    header,
    title,
    problems,
    records,
    counted,
    settings,
    headlines: headlines(counted, header.scenario),
  };
}

function titleOf({ scenario: { topology, protocol } }: ExperimentHeader): string {
  return `${topology[0]!.toUpperCase()}${topology.slice(1)} ${protocol.toUpperCase()}`;
}
