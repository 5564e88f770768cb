/** A short experiment as the runner tells it. */
import type { Listener, ProgressEvent } from '../../src/progress/event.js';
import type { Measurement, RunRecord } from '../../src/results/record.js';
import type { Cell } from '../../src/scenario/scenario.js';

export const cell: Cell = {
  topology: 'local',
  protocol: 'tcp',
  method: 'concurrent',
  mtu: 1500,
  pairs: 4,
  placement: 'none',
  driver: 'macvlan:bridge',
};

const measurement: Measurement = {
  window: { asked: 1, seconds: 1, openedAfter: 0.5 },
  throughput: 18_234_000_000,
  throughputSource: 'device',
  flows: [],
  cpu: [],
  sampling: {
    passes: 5,
    longestPass: 0.01,
    share: 0.01,
    latest: 0,
    cpuSeconds: 0.01,
    priority: 'own session',
    clockStep: 0.01,
  },
  reconnects: 0,
  beats: [],
};

const head = {
  id: '0001',
  cell,
  block: 0,
  repetition: 0,
  take: 0,
  position: 0,
  attempt: 0,
  startedAt: '2026-01-01T00:00:00.000Z',
  phases: {},
  warnings: [],
};

export const okRecord: RunRecord = { ...head, status: 'ok', measurement };

export const failedRecord: RunRecord = {
  ...head,
  id: '0002',
  warnings: ['2 % of the CPU time was stolen'],
  status: 'failed',
  failure: { reason: 'connect', message: 'the client of pair 3 could not connect' },
};

export const events: ProgressEvent[] = [
  {
    kind: 'experiment-started',
    id: 'local-tcp-1',
    folder: 'results/local-tcp-1',
    runs: 3,
    resumedRuns: 1,
    estimateSeconds: 130,
  },
  { kind: 'note', level: 'info', text: 'ipvlan:l3 left out: this kernel has no ipvlan' },
  { kind: 'note', level: 'warning', text: 'a virtual machine' },
  { kind: 'run-started', id: '0001', cell, block: 0, blocks: 3, attempt: 0 },
  { kind: 'phase', phase: 'window' },
  { kind: 'beat', throughput: 17_000_000_000, elapsed: 0.25 },
  { kind: 'run-finished', record: okRecord, done: 2, runs: 3, etaSeconds: 60 },
  { kind: 'run-started', id: '0002', cell, block: 1, blocks: 3, attempt: 1 },
  { kind: 'run-finished', record: failedRecord, done: 3, runs: 3, etaSeconds: 0 },
  { kind: 'experiment-finished', folder: 'results/local-tcp-1', ok: 2, failed: 1, interrupted: false },
];

/** Tells the whole experiment to a listener. */
export function tell(listener: Listener): void {
  events.forEach((event) => {
    listener(event);
  });
}
