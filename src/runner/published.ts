/** The study's method: clients started in a loop, each for its own span, the senders' figures added up. */
import type { HeldClient } from '../traffic/hold.js';
import { startPrograms } from '../traffic/programs.js';
import { firstFailure, wordsOf } from './collect.js';
import { measurePublished } from './measure.js';
import { finishTraffic, type MethodInput } from './method.js';
import type { Measured } from './request.js';

/** Measures one run; its window is the span from the first client's start to the last one's end. */
export async function measureAsPublished(input: MethodInput): Promise<Measured> {
  const { request, meter, pairs, watch, raw } = input;
  const { testbeds, sampler, machines } = request.rig;
  const seconds = Math.ceil(request.duration);
  watch.begin('clients');
  const startedAt = await sampler.now();
  const programs = pairs.map((pair) => ({ ...pair, argv: pair.argv(seconds) }));
  const processes = await startPrograms(testbeds, programs);
  const times = { startedAt, heldAt: startedAt };
  const clients = pairs.map((pair): HeldClient => ({
    ...pair,
    ...times,
    serverName: pair.serverProgram.name,
    client: processes.get(pair.name)!,
  }));
  await sampler.define('edge', meter.edge(clients));
  const open = await sampler.pass('edge');
  watch.begin('window');
  const end = { kind: 'of-themselves', after: seconds } as const;
  const { collected, last: close } = await finishTraffic(input, clients, end);
  Object.assign(raw, { flows: clients, iperf3: collected.texts, passes: [open, close] });
  const failure = firstFailure(collected, request.cell.protocol);
  if (failure) return { collected, failure };
  const words = collected.ends.map((ends) => wordsOf(ends, 0));
  const { duration: asked } = request;
  return {
    measurement: measurePublished({ machines, open, close, asked, flows: clients, words }),
    collected,
  };
}
