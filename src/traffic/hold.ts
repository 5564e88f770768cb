/**
 * The start barrier: connect first, then release. Clients are started a few at a time and each is stopped at its
 * first payload; a client whose hello was lost is started anew; when all are connected they go on together.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fail } from '../failures.js';
import type { ProcessId } from '../nodes/process.js';
import type { Testbed } from '../nodes/testbed.js';
import type { FlowProcesses, Meter } from '../probes/meter.js';
import type { Sampler } from '../probes/samplers.js';
import type { Protocol } from '../scenario/scenario.js';
import { readOutputs, startPrograms, type Output, type Program } from './programs.js';
import { restAfter } from './rest.js';

/** Started and not yet connected at one time: enough to keep the CPUs busy, few enough that hellos get through. */
const IN_FLIGHT = 8;
/**
 * A client that has brought no payload after so many seconds is looked at: it has failed, or its hello was lost.
 * TCP sends a hello again by itself, and a client that waits for a CPU is not lost: patience doubles with each try.
 */
const PATIENCE = { tcp: 15, udp: 1 };
const RECONNECTS_PER_CLIENT = 5;
/** How often a silent client is looked at: one that has ended will not get through. */
const LOOK_SECONDS = 1;

/** A client to be; `argv` takes the whole seconds that it sends at most. */
export interface ClientProgram extends Output {
  pair: number;
  serverName: string;
  netns: string;
  argv: (seconds: number) => string[];
  server: FlowProcesses['server'];
  port: number;
  device: string;
}

export interface HeldClient extends FlowProcesses, Output {
  serverName: string;
  /** By the first node's clock. */
  startedAt: number;
  heldAt: number;
  /** What its server's counter showed before it started, in bytes; clients that were given up may have brought some. */
  countedBefore?: number | undefined;
}

export interface HoldRequest {
  protocol: Protocol;
  clients: ClientProgram[];
  meter: Meter;
  /** Whole seconds that clients send at most. */
  seconds: number;
}

export interface Held {
  clients: HeldClient[];
  reconnects: number;
}

interface Attempt extends HeldClient {
  program: ClientProgram;
  tries: number;
  /** When it was last seen not to have ended. */
  lookedAt: number;
}

/** Connects all clients and holds them. Errors: `connect` with the client's own words. */
export async function connectAndHold(
  testbeds: Testbed[],
  sampler: Sampler,
  request: HoldRequest,
): Promise<Held> {
  const { meter } = request;
  const waiting = request.clients.map((program) => ({ program, tries: 0 }));
  const held: HeldClient[] = [];
  let flying: Attempt[] = [];
  let reconnects = 0;
  while (waiting.length + flying.length > 0) {
    const next = waiting.splice(0, IN_FLIGHT - flying.length);
    flying.push(...(await launch(testbeds, sampler, next, flying, request)));
    const asked = performance.now();
    const pass = await sampler.pass('flying', meter.sockets);
    const pause = restAfter(asked);
    const sending = meter.sending(pass, flying);
    const ready = flying.filter((_, at) => sending[at]);
    const stoppedAt = await sampler.signal('STOP', processesOf(ready));
    held.push(...ready.map((attempt) => toHeld(attempt, stoppedAt.get(attempt.node)!)));
    const silent = flying.filter((_, at) => !sending[at]);
    const lost = silent.filter(
      ({ startedAt, tries }) => pass.end - startedAt > PATIENCE[request.protocol] * 2 ** tries,
    );
    await refuseEnded(
      testbeds,
      silent.filter((attempt) => lost.includes(attempt) || pass.end - attempt.lookedAt > LOOK_SECONDS),
      pass.end,
    );
    await abandon(testbeds, sampler, lost);
    reconnects += lost.length;
    waiting.push(...lost.map(({ program, tries }) => ({ program, tries: tries + 1 })));
    flying = silent.filter((attempt) => !lost.includes(attempt));
    if (ready.length === 0) await sleep(pause);
  }
  return { clients: held.sort((a, b) => a.pair - b.pair), reconnects };
}

function toHeld({ program: _, tries: __, lookedAt: ___, ...client }: Attempt, heldAt: number): HeldClient {
  return { ...client, heldAt };
}

const processesOf = (clients: FlowProcesses[]): ProcessId[] => clients.map(({ client }) => client);

/** Starts some more; from then on passes read these and those that are `flying`, and not all who come. */
async function launch(
  testbeds: Testbed[],
  sampler: Sampler,
  batch: { program: ClientProgram; tries: number }[],
  flying: Attempt[],
  { meter, seconds }: HoldRequest,
): Promise<Attempt[]> {
  if (batch.length === 0) return [];
  const flows = batch.map(({ program }) => ({ ...program, client: 0 }));
  await sampler.define('flying', meter.beat([...flying, ...flows]));
  const before = await sampler.pass('flying');
  const counted = meter.flowBytes(before, flows);
  const programs: Program[] = batch.map(({ program }) => ({ ...program, argv: program.argv(seconds) }));
  const pids = await startPrograms(testbeds, programs);
  const started = batch.map(({ program, tries }, at) => ({
    program,
    tries,
    pair: program.pair,
    name: program.name,
    node: program.node,
    serverName: program.serverName,
    server: program.server,
    client: pids.get(program.name)!,
    port: program.port,
    device: program.device,
    startedAt: before.end,
    lookedAt: before.end,
    heldAt: before.end,
    countedBefore: counted[at],
  }));
  if (meter.clientsTell) await sampler.define('flying', meter.beat([...flying, ...started]));
  return started;
}

/** Gives up if a silent client has ended of itself. Errors: `connect` with its words. */
async function refuseEnded(testbeds: Testbed[], silent: Attempt[], now: number): Promise<void> {
  const ended = await findEnded(testbeds, silent);
  if (ended) giveUp(ended.client, ended.words);
  for (const attempt of silent) attempt.lookedAt = now;
}

/** The first of some clients that has ended of itself, and what it said. */
export async function findEnded<Client extends Output>(
  testbeds: Testbed[],
  clients: Client[],
): Promise<{ client: Client; words: string } | undefined> {
  const outputs = await readOutputs(testbeds, clients);
  const client = clients.find(({ name }) => isFinal(outputs.get(name)));
  return client && { client, words: outputs.get(client.name)! };
}

/** Ends clients whose hello was lost, so that they can be started anew. Errors: `connect` for one that never gets through. */
async function abandon(testbeds: Testbed[], sampler: Sampler, lost: Attempt[]): Promise<void> {
  const hopeless = lost.find(({ tries }) => tries >= RECONNECTS_PER_CLIENT);
  if (hopeless) giveUp(hopeless, (await readOutputs(testbeds, [hopeless])).get(hopeless.name));
  await sampler.signal('KILL', processesOf(lost));
}

function giveUp({ name, tries }: Attempt, words = ''): never {
  return fail('connect', `client ${name} did not connect in ${tries + 1} tries`, words.slice(-2000));
}

/** A client that has printed more than a warning has ended; only a hello that got lost is worth another try. */
function isFinal(output = ''): boolean {
  return output.split('\n').some((line) => line !== '' && !line.startsWith('warning:'));
}

/** Lets all clients go on at once. Resolves to the moment of release on each node, by the first node's clock. */
export const release = (sampler: Sampler, clients: HeldClient[]): Promise<Map<number, number>> =>
  sampler.signal('CONT', processesOf(clients));
