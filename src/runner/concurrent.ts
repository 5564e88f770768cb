/** The default method: connected first, released together, measured in the window in which every flow is active. */
import { fail, type Failure } from '../failures.js';
import type { FlowProcesses } from '../probes/meter.js';
import { connectAndHold, release, type HeldClient } from '../traffic/hold.js';
import { wordsOf } from './collect.js';
import { measure } from './measure.js';
import { finishTraffic, type MethodInput } from './method.js';
import type { PairPrograms } from './pairs.js';
import type { Measured } from './request.js';
import { watchWindow, type WindowPasses } from './window.js';

/** Measures one run. Errors: `connect`, and `window-short` when clients ended too early. */
export async function measureConcurrent(input: MethodInput): Promise<Measured> {
  const { request, meter, pairs, watch, raw } = input;
  const { cell, omit, duration } = request;
  const { testbed, sampler, pace } = request.rig;
  await meter.define(sampler, pairs.map(unstarted));
  const first = await sampler.pass('edge', meter.sockets);

  watch.begin('clients');
  const needed = omit + duration + request.slack;
  const hold = { protocol: cell.protocol, clients: pairs, meter, needed, pace };
  const { clients, reconnects } = await connectAndHold(testbed, sampler, hold);
  await meter.define(sampler, clients);

  watch.begin('release');
  const before = await sampler.pass('beat', meter.sockets);
  const releasedAt = await release(testbed, clients);
  const onPhase = watch.begin.bind(watch);
  const passes = await watchWindow(sampler, {
    ...request,
    onPhase,
    flows: clients,
    meter,
    releasedAt,
    before,
  });
  requireSending(clients, passes.close.end, duration);

  watch.begin('tail');
  const { collected, last } = await finishTraffic(input, clients, passes.close.end);
  Object.assign(raw, { iperf3: collected.texts, passes: passes.all });
  const failure = lostCounters(input, clients, passes);
  if (failure) return { collected, failure };
  const held = clients.map(({ heldAt }) => releasedAt - heldAt);
  const measurement = measure({
    node: request.node,
    protocol: cell.protocol,
    meter,
    flows: clients,
    passes,
    releasedAt,
    asked: duration,
    first,
    last,
    words: collected.ends.map((ends, at) => wordsOf(ends, held[at]!)),
    held,
    cpus: clients.map(({ pair }) => request.cpusOf(pair)),
    priority: sampler.priority,
    reconnects,
  });
  return { measurement, collected };
}

/** A pair whose client has no pid yet: its counters are read at process 1, which is in the node's namespace. */
const unstarted = (pair: PairPrograms): FlowProcesses => ({ ...pair, client: 1 });

/** Every client must have been sending until the window closed. */
function requireSending(clients: HeldClient[], closedAt: number, asked: number): void {
  const early = clients.filter(({ sendsUntil }) => sendsUntil < closedAt);
  if (early.length === 0) return;
  const missing = closedAt - Math.min(...early.map(({ sendsUntil }) => sendsUntil));
  fail(
    'window-short',
    `${early.length} client(s) ended ${missing.toFixed(2)} s before the window of ${asked} s did`,
  );
}

/** Counters are read at the server's process: they go with it. */
function lostCounters(
  { meter }: MethodInput,
  clients: HeldClient[],
  { open, close }: WindowPasses,
): Failure | undefined {
  if (meter.source !== 'device') return undefined;
  const opened = meter.flowBytes(open, clients);
  const closed = meter.flowBytes(close, clients);
  const lost = clients.find((_, at) => opened[at] === undefined || closed[at] === undefined);
  return (
    lost && {
      reason: 'flow-missing',
      message: `the counters of pair ${lost.pair} were gone before the window closed`,
    }
  );
}
