/** Chooses how progress is told: a live block on a terminal, plain lines for a log, JSON lines for a program. */
import type { Listener } from './event.js';
import type { ProgressKind } from './kinds.js';
import { createLiveReporter, type Terminal } from './live.js';
import { sentences } from './sentences.js';

/** A stream that may be a terminal. */
export interface ProgressStream extends Terminal {
  isTTY?: boolean;
}

/** A listener that tells the events on `stream`. */
export function createReporter(
  kind: ProgressKind,
  stream: ProgressStream,
  environment: NodeJS.ProcessEnv = process.env,
): Listener {
  switch (kind) {
    case 'auto':
      return createReporter(isInteractive(stream, environment) ? 'live' : 'plain', stream, environment);
    case 'live':
      return createLiveReporter(stream);
    case 'plain':
      return (event) => sentences(event).forEach((line) => stream.write(`${line}\n`));
    case 'json':
      return (event) => void stream.write(`${JSON.stringify(event)}\n`);
  }
}

/** Whether someone watches a screen that can be redrawn. */
function isInteractive(stream: ProgressStream, environment: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !environment['CI'] && environment['TERM'] !== 'dumb';
}
