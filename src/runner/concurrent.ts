/** The default method: connected first, released together, measured in the window in which every flow is active. */
import type { Failure } from '../failures.js';
import { processId } from '../nodes/process.js';
import type { Testbed } from '../nodes/testbed.js';
import { definePasses, type FlowProcesses } from '../probes/meter.js';
import type { Sampler } from '../probes/samplers.js';
import { readUplinks } from '../probes/uplinks.js';
import { stopClients } from '../traffic/end.js';
import { findEndedPrograms } from '../traffic/programs.js';
import { connectAndHold, findEnded, release, type HeldClient } from '../traffic/hold.js';
import { wordsOf } from './collect.js';
import { measure } from './measure.js';
import { finishTraffic, type MethodInput } from './method.js';
import type { PairPrograms } from './pairs.js';
import type { Measured } from './request.js';
import { watchWindow } from './window.js';

/**
 * Clients send for longer than any start and window takes, and are told to end when the window has closed: iperf3 takes
 * whole seconds only, and how long a start takes is not known beforehand.
 */
const AMPLE_SECONDS = 600;

/** Measures one run. Errors: `connect`. */
export async function measureConcurrent(input: MethodInput): Promise<Measured> {
  const { request, meter, pairs, watch, raw } = input;
  const { cell, omit, duration } = request;
  const { testbeds, sampler } = request.rig;
  await sampler.define('edge', meter.edge(pairs.map(unstarted)));
  const first = await sampler.pass('edge');

  watch.begin('clients');
  const seconds = Math.ceil(omit + duration) + AMPLE_SECONDS;
  const hold = { protocol: cell.protocol, clients: pairs, meter, seconds };
  const { clients, reconnects } = await connectAndHold(testbeds, sampler, hold);
  await definePasses(sampler, meter, clients);

  watch.begin('release');
  const clocks = await sampler.synchronize();
  const before = await sampler.pass('beat');
  const released = await release(sampler, clients);
  const releasedAt = Math.min(...released.values());
  const onPhase = watch.begin.bind(watch);
  const passes = await watchWindow(sampler, {
    ...request,
    onPhase,
    flows: clients,
    meter,
    releasedAt,
    before,
  });

  watch.begin('tail');
  const stopped = await stopClients(sampler, clients);
  const { names, uplinks } = request.rig;
  const uplinkRecords = await readUplinks(
    testbeds.map((testbed, at) => ({ testbed, node: names[at]!, uplink: uplinks[at] })),
  );
  const early = await endedEarly(testbeds, clients);
  const died = await deadServer(sampler, clients);
  const { collected, last, stood } = await finishTraffic(input, clients, { kind: 'told', stopped });
  Object.assign(raw, { flows: clients, iperf3: collected.texts, passes: passes.all });
  const failure = early ?? died;
  if (failure) return { collected, failure };
  const held = clients.map(({ node, heldAt }) => released.get(node)! - heldAt);
  const measurement = measure({
    machines: request.rig.machines,
    names,
    protocol: cell.protocol,
    meter,
    flows: clients,
    passes,
    releasedAt,
    asked: duration,
    first,
    last,
    words: collected.ends.map((ends, at) => wordsOf(ends, held[at]! + (stood.get(clients[at]!.node) ?? 0))),
    held,
    cpus: clients.map(({ pair }) => request.cpusOf(pair)),
    priority: sampler.priority,
    reconnects,
    clocks: clocks.slice(1).map((clock, at) => ({ node: names[at + 1]!, ...clock })),
    uplinks: uplinkRecords,
  });
  return { measurement, collected };
}

/** A pair whose client has not started: its counters are read at process 1, which is in its node's namespace. */
const unstarted = (pair: PairPrograms): FlowProcesses => ({ ...pair, client: processId(pair.node, 1) });

/** Every client must have been sending until the window closed. */
async function endedEarly(testbeds: Testbed[], clients: HeldClient[]): Promise<Failure | undefined> {
  const early = await findEnded(testbeds, clients);
  return (
    early && {
      reason: 'window-short',
      message: `the client of pair ${early.client.pair} ended before the window did`,
      detail: early.words.slice(-500),
    }
  );
}

/** A server that has ended takes its flow with it, and in a namespace of its own the counters. */
async function deadServer(sampler: Sampler, clients: HeldClient[]): Promise<Failure | undefined> {
  const ended = new Set(
    await findEndedPrograms(
      sampler,
      clients.map(({ server }) => server),
    ),
  );
  const dead = clients.find(({ server }) => ended.has(server));
  return (
    dead && {
      reason: 'flow-missing',
      message: `the server of pair ${dead.pair} ended before the window did`,
    }
  );
}
