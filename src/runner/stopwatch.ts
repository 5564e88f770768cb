/** Where a run's time goes, phase by phase. */
import type { Phases } from '../results/record.js';

export type Phase = keyof Phases;

export class Stopwatch {
  readonly phases: Partial<Phases> = {};
  private current: Phase | undefined;
  private since = 0;

  constructor(private readonly onPhase: (phase: Phase) => void) {}

  /** Ends the current phase and begins the next. */
  begin(phase: Phase): void {
    this.stop();
    this.current = phase;
    this.onPhase(phase);
  }

  stop(): void {
    const now = performance.now();
    const { current } = this;
    if (current) this.phases[current] = (this.phases[current] ?? 0) + (now - this.since) / 1000;
    this.current = undefined;
    this.since = now;
  }
}
