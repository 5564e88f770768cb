/** What is left of an experiment, from what was recorded. Pure. */
import { countedRecords, progressOf, type Progress } from '../results/progress.js';
import type { RunRecord } from '../results/record.js';
import { repetition } from '../scenario/blocks.js';
import { strata, stratumKey } from '../scenario/cells.js';
import type { Block, Scenario, Stratum } from '../scenario/scenario.js';
import { stratumFinished } from '../statistics/adaptive.js';

/** A block that is to be run, for the first time or anew after an interruption. */
export interface DueBlock extends Block {
  take: number;
}

export class Schedule {
  constructor(private readonly scenario: Scenario) {}

  /** Blocks of one repetition that are left, in their order; none if every stratum was measured often enough. */
  due(round: number, records: RunRecord[]): DueBlock[] {
    const progress = this.progress(records);
    const remaining = strata(this.scenario).filter((stratum) => !this.isFinished(stratum, records, progress));
    return repetition(this.scenario, round, remaining)
      .filter((block) => !progress.isComplete(block.stratum, block.repetition))
      .map((block) => ({
        ...block,
        take: progress.nextTake(block.stratum, block.repetition),
      }));
  }

  /** Whether no block is left in any repetition. */
  isComplete(records: RunRecord[]): boolean {
    const progress = this.progress(records);
    return strata(this.scenario).every((stratum) => this.isFinished(stratum, records, progress));
  }

  /** How many blocks the experiment has at least. */
  get blocks(): number {
    const { repeat } = this.scenario;
    return strata(this.scenario).length * (repeat.kind === 'fixed' ? repeat.blocks : repeat.min);
  }

  private progress(records: RunRecord[]): Progress {
    return progressOf(records, this.scenario);
  }

  private isFinished(stratum: Stratum, records: RunRecord[], progress: Progress): boolean {
    const complete = countedRecords(records).filter(
      ({ cell, repetition: number }) =>
        stratumKey(cell) === stratumKey(stratum) && progress.isComplete(cell, number),
    );
    return stratumFinished(complete, this.scenario) !== 'continue';
  }
}
