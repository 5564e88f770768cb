/**
 * Every failure that is expected to happen, as data. A `Failure` is written into records and shown to people;
 * a `BenchError` carries one to the top. Anything else that is thrown is a fault of our own.
 */

/** What a failure was about; each has one exit code, and one meaning in a record. */
export type FailureReason =
  // the command line or a file is wrong: exit code 2
  | 'usage'
  | 'scenario'
  | 'results'
  // the machine can't do it: exit code 3
  | 'unavailable'
  | 'privilege'
  | 'tool-missing'
  | 'tool-version'
  | 'uplink'
  // a node can't be reached, or must not be trusted: exit code 3
  | 'node'
  // a run failed: recorded, the experiment goes on
  | 'setup'
  | 'mtu'
  | 'reach'
  | 'server-not-ready'
  | 'connect'
  | 'iperf3'
  | 'flow-missing'
  | 'window-short'
  | 'sampling'
  | 'inconsistent'
  | 'timeout'
  | 'testbed-lost'
  | 'connection-lost'
  // storage and interruption
  | 'disk'
  | 'interrupted';

export interface Failure {
  reason: FailureReason;
  /** The rule, the value and the way out, in a sentence or two. */
  message: string;
  /** What a program printed, a file's excerpt: shown below the message. */
  detail?: string;
}

export class BenchError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
    this.name = 'BenchError';
  }
}

/** Throws an expected failure. */
export function fail(reason: FailureReason, message: string, detail?: string): never {
  throw new BenchError({ reason, message, ...(detail ? { detail } : {}) });
}

const EXIT_CODES: Partial<Record<FailureReason, number>> = {
  usage: 2,
  scenario: 2,
  results: 2,
  unavailable: 3,
  privilege: 3,
  'tool-missing': 3,
  'tool-version': 3,
  uplink: 3,
  node: 3,
  interrupted: 130,
};

/** The process's exit code for a failure that ended a command: 2 usage, 3 machine, 130 interrupted, 1 otherwise. */
export function exitCode(reason: FailureReason): number {
  return EXIT_CODES[reason] ?? 1;
}
