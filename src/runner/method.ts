/** What both methods of measuring share: what they are given, and how a run's traffic ends. */
import type { Meter } from '../probes/meter.js';
import type { Pass } from '../probes/pass.js';
import type { HeldClient } from '../traffic/hold.js';
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

/** A client that goes on this long after its time hangs. */
const HANG_SECONDS = 10;

/** Waits for clients to end of themselves, makes the last pass while servers are there, and reads what both ends say. */
export async function finishTraffic(
  { request, meter, watch }: MethodInput,
  clients: HeldClient[],
  now: number,
): Promise<{ collected: Collected; last: Pass }> {
  const { testbed, sampler } = request.rig;
  const patience = Math.max(...clients.map(({ sendsUntil }) => sendsUntil)) - now + HANG_SECONDS;
  const pids = clients.map(({ client }) => client);
  const codes = await reapPrograms(testbed, pids, patience);
  watch.begin('collect');
  const last = await sampler.pass('edge', meter.sockets);
  return { collected: await collect(testbed, request.cell.protocol, clients, codes), last };
}
