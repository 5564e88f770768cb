/** What is asked of one run, and what a method of measuring brings back. */
import type { Failure } from '../failures.js';
import type { TopologyPlan } from '../plan/plan.js';
import type { Measurement } from '../results/record.js';
import type { Cell, Limits } from '../scenario/scenario.js';
import type { Collected } from './collect.js';
import type { CpusOf } from './pairs.js';
import type { Rig } from './rig.js';
import type { Phase } from './stopwatch.js';

export interface RunRequest {
  rig: Rig;
  cell: Cell;
  plan: TopologyPlan;
  omit: number;
  duration: number;
  limits: Limits;
  /** Of one link between nodes, bit/s, where it is known. */
  lineRate?: number | undefined;
  /** Whether the conditions inside a container are to be kept with the samples. */
  describe: boolean;
  /** CPUs of each pair's processes; absent: not bound. */
  cpusOf: CpusOf;
  onPhase: (phase: Phase) => void;
  onBeat: (throughput: number, elapsed: number) => void;
}

/** What a method brings back; without `measurement`, `failure` says why. */
export interface Measured {
  collected: Collected;
  measurement?: Measurement;
  failure?: Failure;
}
