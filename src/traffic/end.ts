/** The end of a run's traffic: clients stop, servers read what still lies unread, and then clients are told to end. */
import type { ProcessId } from '../nodes/process.js';
import type { FlowProcesses, Meter } from '../probes/meter.js';
import type { Sampler } from '../probes/samplers.js';
import { untilRead } from './drain.js';
import { findInState } from './programs.js';

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
