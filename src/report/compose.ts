/** From what a report knows to what it says, the answer first. */
import type { Document, Section } from './document.js';
import { groupBy } from '../statistics/group.js';
import { count } from './format.js';
import { looksOf, type Look } from './look.js';
import type { ExperimentModel, ReportModel } from './model.js';
import { answer, ratios } from './sections/answer.js';
import { cells } from './sections/cells.js';
import { completeness, incompleteCells } from './sections/completeness.js';
import { conditions } from './sections/conditions.js';
import { correction } from './sections/correction.js';
import { method } from './sections/method.js';
import { pictures } from './sections/pictures.js';
import { statements, verdicts } from './sections/verdicts.js';

/** Composes the document of a report. */
export function compose({ experiments, verdicts: judged }: ReportModel): Document {
  const headers = experiments.map(({ header }) => header);
  return {
    title: headers.map(({ scenario }) => scenario.name).join(' and '),
    lead: [...headers.map(({ scenario }) => scenario.question), ...experiments.flatMap(gap)]
      .filter(Boolean)
      .join(' '),
    emulated: headers.some(({ emulated }) => emulated),
    sections: [
      answer(experiments),
      ...verdicts(judged),
      ...byTopology(experiments, (some) => [pictures(settingsOf(some)), ...correction(some)]),
      ...byTopology(experiments, (some) => [ratios(some)]),
      ...statements(judged),
      ...byTopology(experiments, (some) => [cells(settingsOf(some))]),
      conditions(experiments),
      ...completeness(experiments),
      method(),
    ],
  };
}

/** How the report's drivers look, for legends. */
export function looks({ experiments }: ReportModel): Look[] {
  return [...looksOf(experiments.flatMap(({ counted }) => counted.map(({ cell }) => cell.driver))).values()];
}

/** Sections for each topology by itself; their titles name it where a report has several. */
function byTopology(
  experiments: ExperimentModel[],
  sections: (some: ExperimentModel[]) => Section[],
): Section[] {
  const groups = groupBy(experiments, ({ header }) => header.scenario.topology);
  return [...groups].flatMap(([topology, some]) =>
    sections(some).map(({ title, blocks }) => ({
      title: groups.size > 1 ? `${title}, ${topology}` : title,
      blocks,
    })),
  );
}

function settingsOf(experiments: ExperimentModel[]) {
  return experiments.flatMap(({ settings }) => settings);
}

/** Says at the top that an experiment is not complete. */
function gap(experiment: ExperimentModel): string[] {
  const incomplete = incompleteCells(experiment).length;
  if (incomplete === 0) return [];
  return [
    `Not complete: ${count(incomplete, 'cell')} of ${experiment.title} lack runs that were planned; see "What is missing".`,
  ];
}
