/** Clients that have stopped leave data on its way, and unread. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FlowProcesses, Meter } from '../probes/meter.js';
import type { Pass } from '../probes/pass.js';
import { CLOCK_STEP } from '../probes/sampler.js';
import type { Sampler } from '../probes/samplers.js';
import { findInState } from './programs.js';
import { restAfter } from './rest.js';

/** Servers that still read after so many seconds are left to it. */
const UNREAD_SECONDS = 3;

/**
 * Waits until nothing more of some flows arrives and no server of theirs has work left, or for as long as is worth it.
 * Resolves to the last pass of that kind.
 */
export async function untilRead(
  sampler: Sampler,
  kind: string,
  meter: Meter,
  flows: FlowProcesses[],
): Promise<Pass> {
  const servers = flows.map(({ server }) => server);
  const first = await sampler.pass(kind);
  let asked = performance.now();
  for (let last = meter.flowBytes(first, flows); ;) {
    await sleep(Math.max(CLOCK_STEP * 1000, restAfter(asked)));
    asked = performance.now();
    const pass = await sampler.pass(kind);
    const bytes = meter.flowBytes(pass, flows);
    if (pass.end - first.begin > UNREAD_SECONDS) return pass;
    const rests = bytes.every((value, at) => value === last[at]);
    if (rests && (await findInState(sampler, 'working', servers)).length === 0) return pass;
    last = bytes;
  }
}
