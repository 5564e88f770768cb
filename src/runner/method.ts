/** What both methods of measuring share: what they are given, and how a run's traffic ends. */
import type { Meter } from '../probes/meter.js';
import type { Pass } from '../probes/pass.js';
import type { HeldClient } from '../traffic/hold.js';
import { endClients, type StoppedClients } from '../traffic/end.js';
import { reapPrograms } from '../traffic/programs.js';
import { collect, type Collected } from './collect.js';
import type { PairPrograms } from './pairs.js';
import type { RunRequest } from './request.js';
import type { Stopwatch } from './stopwatch.js';

/** A cell whose topology stands and whose servers listen. */
export interface MethodInput {
  request: RunRequest;
  meter: Meter;
  pairs: PairPrograms[];
  watch: Stopwatch;
  /** Takes what is to be kept compressed. */
  raw: Record<string, unknown>;
}

/** How the clients end: stopped by now and told to, or of themselves after so many seconds. */
export type End = { kind: 'told'; stopped: StoppedClients } | { kind: 'of-themselves'; after: number };

/** A client that goes on this long after its end hangs. */
const HANG_SECONDS = 10;

/**
 * Waits until the clients have ended, makes the last pass while servers are there, and reads what both ends say.
 * `stood`: seconds that clients of each node stood still before they ended.
 */
export async function finishTraffic(
  { request, meter, watch }: MethodInput,
  clients: HeldClient[],
  end: End,
): Promise<{ collected: Collected; last: Pass; stood: Map<number, number> }> {
  const { testbeds, sampler } = request.rig;
  const processes = clients.map(({ client }) => client);
  const told = end.kind === 'told';
  const stood =
    end.kind === 'told' ? await endClients(sampler, meter, clients, end.stopped) : new Map<number, number>();
  const endings = await reapPrograms(testbeds, processes, HANG_SECONDS + (told ? 0 : end.after));
  watch.begin('collect');
  const last = await sampler.pass('edge');
  const expected = { protocol: request.cell.protocol, told };
  return { collected: await collect(testbeds, expected, clients, endings), last, stood };
}
