/** Walks the blocks of a scenario, one run after another, and writes each run down before the next begins. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchError, fail, type FailureReason } from '../failures.js';
import type { Listener } from '../progress/event.js';
import type { Container, TopologyPlan } from '../plan/plan.js';
import type { RunRecord, RunStatus } from '../results/record.js';
import { countedRecords } from '../results/progress.js';
import type { ResultsWriter } from '../results/store.js';
import { cellOf } from '../scenario/cells.js';
import type { Cell, DriverId, Scenario } from '../scenario/scenario.js';
import { readKernelLogs, type KernelLog } from './kernelLog.js';
import { placeEnds } from './placement.js';
import { openRig, type Rig, type Station } from './rig.js';
import { runCell, type RunOutcome } from './run.js';
import { Schedule, type DueBlock } from './schedule.js';

export interface ExperimentRequest {
  /** Where it runs: one node for a local scenario. */
  stations: Station[];
  /** Without what can't be measured there. */
  scenario: Scenario;
  writer: ResultsWriter;
  /** Records of earlier sittings. */
  records: RunRecord[];
  /** Of the slowest link between nodes, bit/s, where it is known. */
  lineRate: number | undefined;
  /** Of nodes where it may be read. */
  kernelLogs: KernelLog[];
  /** CPUs of each memory node, per node, for placement. */
  numa: number[][][];
  planFor: (cell: Cell) => TopologyPlan;
  listener: Listener;
  /** Finish the run that is under way, then stop. */
  stopAfterRun: AbortSignal;
  /** Stop at once; the run that is under way is lost. */
  abortNow: AbortSignal;
}

/** Runs that count; one that failed and was repeated is not among them. */
export interface ExperimentResult {
  ok: number;
  failed: number;
  interrupted: boolean;
}

/**
 * Seconds before a lost testbed is opened anew, for each loss in a row. Where the way to it was lost, its guardian needs
 * 5 s to notice, and some time to give the uplink back.
 */
const REOPEN_AFTER = { lost: 1, 'connection-lost': 8 };

/** Runs what is left of an experiment. Errors: `privilege`, `disk`, and what would fail every run. */
export async function runExperiment(request: ExperimentRequest): Promise<ExperimentResult> {
  const experiment = new Experiment(request);
  try {
    return await experiment.run();
  } finally {
    await experiment.close();
  }
}

class Experiment {
  private readonly records: RunRecord[];
  private readonly begun = performance.now();
  private rig: Rig | undefined;
  private opened = false;
  private block: number;
  private readonly schedule: Schedule;
  private lostInARow = 0;
  private howLost: keyof typeof REOPEN_AFTER = 'lost';

  constructor(private readonly request: ExperimentRequest) {
    this.records = [...request.records];
    this.schedule = new Schedule(request.scenario);
    this.block = Math.max(-1, ...this.records.map(({ block }) => block)) + 1;
    request.abortNow.addEventListener('abort', () => void this.close());
  }

  async run(): Promise<ExperimentResult> {
    try {
      return this.result(await this.runRounds());
    } catch (error) {
      if (this.request.abortNow.aborted) return this.result(true);
      throw error;
    }
  }

  /** Resolves to whether it was interrupted. */
  private async runRounds(): Promise<boolean> {
    for (let round = 0; !this.isOver(); round++) {
      for (const block of this.schedule.due(round, this.records)) {
        await this.runBlock(block);
        if (this.request.stopAfterRun.aborted) return !this.isOver();
      }
    }
    return false;
  }

  private isOver(): boolean {
    const { repeat } = this.request.scenario;
    const spent = (performance.now() - this.begun) / 1000;
    const broke = repeat.kind === 'adaptive' && repeat.budget !== undefined && spent > repeat.budget;
    return broke || this.schedule.isComplete(this.records);
  }

  /** Runs a block's drivers back to back; a block that is interrupted is begun anew by the next sitting. */
  private async runBlock(block: DueBlock): Promise<void> {
    const number = this.block++;
    for (const [position, driver] of block.drivers.entries()) {
      for (let attempt = 0; attempt <= this.request.scenario.retries; attempt++) {
        const record = await this.runOnce({ block, number, position, driver, attempt });
        if (this.request.stopAfterRun.aborted) return;
        if (record.status === 'ok') break;
      }
    }
  }

  private async runOnce(turn: Turn): Promise<RunRecord> {
    const { listener, writer, kernelLogs } = this.request;
    const cell = cellOf(turn.block.stratum, turn.driver);
    const id = String(this.records.length + 1).padStart(4, '0');
    const startedAt = new Date().toISOString();
    const { number: block, position, attempt } = turn;
    listener({ kind: 'run-started', id, cell, block, blocks: this.schedule.blocks, attempt });
    const outcome = await this.measure(cell, turn.block.repetition === 0);
    if (this.request.abortNow.aborted)
      fail('interrupted', 'stopped at once: the run that was under way is lost');
    const log = await readKernelLogs(kernelLogs);
    const record: RunRecord = {
      id,
      cell,
      block,
      repetition: turn.block.repetition,
      take: turn.block.take,
      position,
      attempt,
      startedAt,
      phases: outcome.phases,
      warnings: outcome.warnings,
      ...(log.length > 0 ? { kernelLog: log } : {}),
      ...statusOf(outcome),
    };
    await writer.append(record, outcome.raw);
    this.records.push(record);
    this.tellFinished(record);
    await this.learnFrom(outcome);
    return record;
  }

  private async measure(cell: Cell, describe: boolean): Promise<RunOutcome> {
    const rig = await this.openRig();
    if (!('testbeds' in rig)) return rig;
    if (this.request.abortNow.aborted) fail('interrupted', 'stopped before the run began');
    const { scenario, listener, numa, planFor } = this.request;
    const plan = planFor(cell);
    const nodeOf = (pair: number, role: Container['role']): number =>
      plan.containers.find((container) => container.pair === pair && container.role === role)!.node;
    return runCell({
      rig,
      cell,
      plan,
      omit: scenario.omit,
      duration: scenario.duration,
      limits: scenario.limits,
      lineRate: this.request.lineRate,
      describe,
      cpusOf: (pair) =>
        placeEnds(cell.placement, pair, numa[nodeOf(pair, 'server')]!, numa[nodeOf(pair, 'client')]!),
      onPhase: (phase) => listener({ kind: 'phase', phase }),
      onBeat: (throughput, elapsed) => listener({ kind: 'beat', throughput, elapsed }),
    });
  }

  /** The testbeds; where they were lost, and can't be opened again now, the run has failed for that. */
  private async openRig(): Promise<Rig | RunOutcome> {
    if (this.rig) return this.rig;
    await this.waitToReopen();
    try {
      this.rig = await openRig(this.request.stations);
      this.opened = true;
      return this.rig;
    } catch (error) {
      if (!this.opened || !(error instanceof BenchError)) throw error;
      return { phases: {}, warnings: [], failure: error.failure, raw: {} };
    }
  }

  private async waitToReopen(): Promise<void> {
    const { abortNow: signal } = this.request;
    const milliseconds = this.lostInARow * REOPEN_AFTER[this.howLost] * 1000;
    if (milliseconds > 0) await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) fail('interrupted', 'stopped before the testbed was opened anew');
  }

  /** New testbeds after lost or unclean ones, unless they are lost again and again. */
  private async learnFrom({ failure }: RunOutcome): Promise<void> {
    const alive = this.rig?.testbeds.every((testbed) => testbed.alive) ?? false;
    const lost = failure !== undefined && (!alive || RIG_LOST.has(failure.reason));
    this.lostInARow = lost ? this.lostInARow + 1 : 0;
    if (!lost) return;
    this.howLost = failure.reason === 'connection-lost' ? 'connection-lost' : 'lost';
    await this.closeRig();
    const { retries } = this.request.scenario;
    if (this.lostInARow > retries && !this.request.abortNow.aborted) {
      fail(
        this.howLost === 'lost' ? 'testbed-lost' : this.howLost,
        `the testbed was lost ${this.lostInARow} times in a row (retries: ${retries}), so nothing more was tried; what was measured is kept, and --resume goes on`,
        failure.message,
      );
    }
  }

  private tellFinished(record: RunRecord): void {
    const done = countedRecords(this.records).length;
    const runs = Math.max(done, this.schedule.blocks * this.request.scenario.drivers.length);
    const made = this.records.length - this.request.records.length;
    const each = (performance.now() - this.begun) / 1000 / made;
    this.request.listener({ kind: 'run-finished', record, done, runs, etaSeconds: (runs - done) * each });
  }

  private result(interrupted: boolean): ExperimentResult {
    const counted = countedRecords(this.records);
    const ok = counted.filter(({ status }) => status === 'ok').length;
    return { ok, failed: counted.length - ok, interrupted };
  }

  private async closeRig(): Promise<void> {
    const { rig } = this;
    this.rig = undefined;
    await rig?.close().catch((error: unknown) => this.tellUnclean(error));
  }

  /** A way that is lost can't be closed properly: what is at its other end gives back by itself. */
  private tellUnclean(error: unknown): void {
    if (!(error instanceof BenchError) || error.failure.reason !== 'connection-lost') throw error;
    this.request.listener({ kind: 'note', level: 'warning', text: error.message });
  }

  close(): Promise<void> {
    return this.closeRig();
  }
}

/** One driver's turn in a block. */
interface Turn {
  block: DueBlock;
  number: number;
  position: number;
  driver: DriverId;
  attempt: number;
}

/** After these the testbed's state is not known. */
const RIG_LOST = new Set<FailureReason>(['testbed-lost', 'connection-lost', 'timeout', 'setup']);

function statusOf({ failure, measurement }: RunOutcome): RunStatus {
  if (failure) return { status: 'failed', failure, ...(measurement ? { measurement } : {}) };
  if (measurement) return { status: 'ok', measurement };
  throw new Error('a run that did not fail must have measured something');
}
