/** A status block that is redrawn in place on a terminal, with the lines that stay above it. */
import { formatDuration, formatRate } from '../units.js';
import type { Listener, ProgressEvent } from './event.js';
import { describeCell, sentences } from './sentences.js';

/** What the live display needs of a terminal's stream. */
export interface Terminal {
  write(text: string): unknown;
  columns?: number;
}

/** What the status block shows; a part is absent until an event has told it. */
interface Status {
  done: number;
  runs: number;
  etaSeconds: number;
  run?: string;
  phase?: string;
  throughput?: number;
}

const DEFAULT_COLUMNS = 80;

/**
 * Draws on a terminal. The cursor is never hidden and always rests on the line below the block, so that nothing
 * needs to be restored however the program ends.
 */
export function createLiveReporter(terminal: Terminal): Listener {
  let status: Status = { done: 0, runs: 0, etaSeconds: 0 };
  let height = 0;
  return (event) => {
    status = advance(status, event);
    const block = event.kind === 'experiment-finished' ? [] : statusLines(status);
    const room = (terminal.columns ?? DEFAULT_COLUMNS) - 1;
    const lines = [...sentences(event), ...block.map((line) => line.slice(0, room))];
    terminal.write(erase(height) + lines.map((line) => `${line}\n`).join(''));
    height = block.length;
  };
}

/** Moves to the first of the last `height` lines and clears from there to the end of the screen (ECMA-48 CUU, ED). */
function erase(height: number): string {
  return height === 0 ? '' : `\r\u001b[${height}A\u001b[J`;
}

/** The status after an event. */
function advance(status: Status, event: ProgressEvent): Status {
  const { done, runs, etaSeconds } = status;
  switch (event.kind) {
    case 'experiment-started':
      return { done: event.resumedRuns, runs: event.runs, etaSeconds: event.estimateSeconds };
    case 'run-started': {
      const retry = event.attempt > 0 ? `, attempt ${event.attempt + 1}` : '';
      const run = `${describeCell(event.cell)}, block ${event.block + 1} of ${event.blocks}${retry}`;
      return { done, runs, etaSeconds, run };
    }
    case 'phase':
      return { ...status, phase: event.phase };
    case 'beat':
      return { ...status, throughput: event.throughput };
    case 'run-finished':
      return { done: event.done, runs: event.runs, etaSeconds: event.etaSeconds };
    case 'note':
    case 'experiment-finished':
      return status;
  }
}

/** The block, one line per thing known. */
function statusLines({ done, runs, etaSeconds, run, phase, throughput }: Status): string[] {
  const left = etaSeconds > 0 ? `, ${formatDuration(Math.ceil(etaSeconds))} to go` : '';
  const lines = [`${done} of ${runs} runs done${left}`];
  if (run) lines.push(`  ${run}`);
  if (phase) lines.push(`  ${phase}${throughput === undefined ? '' : `: ${formatRate(throughput)}`}`);
  return lines;
}
