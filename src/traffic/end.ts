/** The end of a run's traffic: clients stop, servers read what still lies unread, and then clients are told to end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessId } from '../nodes/process.js';
import type { FlowProcesses, Meter } from '../probes/meter.js';
import type { Pass } from '../probes/pass.js';
import { CLOCK_STEP } from '../probes/sampler.js';
import type { Sampler } from '../probes/samplers.js';
import { findInState } from './programs.js';
import { restAfter } from './rest.js';

/** Servers that still read after so many seconds are left to it: what they read is missing in their reports. */
const UNREAD_SECONDS = 3;

/** Clients that stand still until they are told to end. */
export interface StoppedClients {
  clients: ProcessId[];
  /** When those of each node were stopped, by the first node's clock. */
  at: Map<number, number>;
}

/** Stops clients. One that somebody else has stopped is left to it: it hangs, and is to be found hanging. */
export async function stopClients(sampler: Sampler, flows: FlowProcesses[]): Promise<StoppedClients> {
  const all = flows.map(({ client }) => client);
  const hanging = new Set(await findInState(sampler, 'stopped', all));
  const clients = all.filter((client) => !hanging.has(client));
  return { clients, at: await sampler.signal('STOP', clients) };
}

/**
 * Ends stopped clients so that servers count all that arrived: an iperf3 server drops what it has not read when its
 * client ends. Resolves to the seconds that those of each node stood still.
 */
export async function endClients(
  sampler: Sampler,
  meter: Meter,
  flows: FlowProcesses[],
  { clients, at }: StoppedClients,
): Promise<Map<number, number>> {
  await untilRead(sampler, 'beat', meter, flows);
  await sampler.signal('TERM', clients);
  const goneOnAt = await sampler.signal('CONT', clients);
  return new Map([...goneOnAt].map(([node, moment]) => [node, moment - at.get(node)!]));
}

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
