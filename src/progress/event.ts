/** What the runner tells while it works; reporters turn it into a live line, plain lines or JSON lines. */
import type { RunRecord, Phases } from '../results/record.js';
import type { Cell } from '../scenario/scenario.js';

export type ProgressEvent =
  | {
      kind: 'experiment-started';
      id: string;
      folder: string;
      runs: number;
      resumedRuns: number;
      estimateSeconds: number;
    }
  | { kind: 'note'; level: 'info' | 'warning'; text: string }
  | { kind: 'run-started'; id: string; cell: Cell; block: number; blocks: number; attempt: number }
  | { kind: 'phase'; phase: keyof Phases }
  /** Current throughput, bit/s. */
  | { kind: 'beat'; throughput: number; elapsed: number }
  | { kind: 'run-finished'; record: RunRecord; done: number; runs: number; etaSeconds: number }
  | { kind: 'experiment-finished'; folder: string; ok: number; failed: number; interrupted: boolean };

export type Listener = (event: ProgressEvent) => void;
