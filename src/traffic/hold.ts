/**
 * The start barrier: connect first, then release. Clients are started a few at a time and each is stopped at its
 * first payload; a client whose hello was lost is started anew; when all are connected they go on together.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fail } from '../failures.js';
import type { ProcessId } from '../nodes/process.js';
import type { Testbed } from '../nodes/testbed.js';
import type { FlowProcesses, Meter } from '../probes/meter.js';
import type { Pass } from '../probes/pass.js';
import type { Sampler } from '../probes/samplers.js';
import type { Protocol } from '../scenario/scenario.js';
import { untilRead } from './end.js';
import { readOutputs, reapPrograms, startPrograms, type Output, type Program } from './programs.js';
import { restAfter } from './rest.js';
import { startServers, type ServerProgram } from './servers.js';

/** Started and not yet connected at one time, at most: enough to keep the CPUs busy, few enough that hellos get through. */
const IN_FLIGHT = 8;
/**
 * A client that has brought no payload after so many seconds is looked at: it has failed, or its hello was lost.
 * TCP sends a hello again by itself, and a client that waits for a CPU is not lost: patience doubles with each try.
 */
const PATIENCE = { tcp: 15, udp: 1 };
const RECONNECTS_PER_CLIENT = 5;
/** Seconds that a killed server may take to be gone. */
const KILLED_WITHIN = 10;
/** How often a silent client is looked at: one that has ended will not get through. */
const LOOK_SECONDS = 1;

/** A client to be; `argv` takes the whole seconds that it sends at most. */
export interface ClientProgram extends Output {
  pair: number;
  netns: string;
  argv: (seconds: number) => string[];
  /** Its server's process, and what starts another. */
  server: ProcessId;
  serverProgram: ServerProgram;
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

/** A client that is to be started, for the first time or again. */
interface Turn {
  program: ClientProgram;
  tries: number;
}

interface Attempt extends HeldClient, Turn {
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
  const waiting: Turn[] = request.clients.map((program) => ({ program, tries: 0 }));
  const held: HeldClient[] = [];
  let flying: Attempt[] = [];
  let reconnects = 0;
  let most = IN_FLIGHT;
  while (waiting.length + flying.length > 0) {
    const next = waiting.splice(0, Math.floor(most) - flying.length);
    flying.push(...(await launch(testbeds, sampler, next, flying, request)));
    const asked = performance.now();
    const pass = await sampler.pass('flying');
    const pause = restAfter(asked);
    const ready = sending(meter, pass, flying);
    held.push(...(await stop(sampler, ready)));
    const silent = without(flying, ready);
    const overdue = silent.filter(
      ({ startedAt, tries }) => pass.end - startedAt > PATIENCE[request.protocol] * 2 ** tries,
    );
    await refuseEnded(
      testbeds,
      silent.filter((attempt) => overdue.includes(attempt) || pass.end - attempt.lookedAt > LOOK_SECONDS),
      pass.end,
    );
    const { through, lost } = await stopOverdue(testbeds, sampler, meter, overdue);
    held.push(...through);
    reconnects += lost.length;
    most = pace(most, ready.length, lost.length);
    waiting.push(...(await renew(testbeds, sampler, lost)));
    flying = without(silent, overdue);
    if (ready.length === 0) await sleep(pause);
  }
  return { clients: held.sort((a, b) => a.pair - b.pair), reconnects };
}

/** How many may be on their way next, as TCP does it: half as many after a loss, one more when all have got through. */
function pace(most: number, ready: number, lost: number): number {
  return lost > 0 ? Math.max(1, most / 2) : Math.min(IN_FLIGHT, most + ready / most);
}

/** Those that have begun to send payload. */
function sending(meter: Meter, pass: Pass, attempts: Attempt[]): Attempt[] {
  const bytes = meter.flowBytes(pass, attempts);
  return attempts.filter(
    ({ countedBefore = 0 }, at) => (bytes[at] ?? 0) - countedBefore > meter.beforePayload,
  );
}

/** Stops clients, which are held from then on. */
async function stop(sampler: Sampler, attempts: Attempt[]): Promise<HeldClient[]> {
  const stoppedAt = await sampler.signal('STOP', processesOf(attempts));
  return attempts.map(({ program: _, tries: __, lookedAt: ___, ...client }) => ({
    ...client,
    heldAt: stoppedAt.get(client.node)!,
  }));
}

const without = (attempts: Attempt[], others: Attempt[]): Attempt[] =>
  attempts.filter((attempt) => !others.includes(attempt));

const processesOf = (clients: FlowProcesses[]): ProcessId[] => clients.map(({ client }) => client);

/** Starts some more; from then on passes read these and those that are `flying`, and not all who come. */
async function launch(
  testbeds: Testbed[],
  sampler: Sampler,
  batch: Turn[],
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
  return batch.map(({ program, tries }, at) => ({
    program,
    tries,
    pair: program.pair,
    name: program.name,
    node: program.node,
    serverName: program.serverProgram.name,
    server: program.server,
    client: pids.get(program.name)!,
    device: program.device,
    startedAt: before.end,
    lookedAt: before.end,
    heldAt: before.end,
    countedBefore: counted[at],
  }));
}

/**
 * Starts the servers of lost clients anew: one that never hears that its client is gone, as what tells it is lost like
 * the hello was, would be busy for ever.
 */
async function renew(testbeds: Testbed[], sampler: Sampler, lost: Attempt[]): Promise<Turn[]> {
  if (lost.length === 0) return [];
  const old = lost.map(({ server }) => server);
  await sampler.signal('KILL', old);
  await reapPrograms(testbeds, old, KILLED_WITHIN);
  const programs = lost.map(({ program }) => program.serverProgram);
  const servers = await startServers(testbeds, sampler, programs);
  return lost.map(({ program, tries }) => ({
    program: { ...program, server: servers.get(program.serverProgram.name)! },
    tries: tries + 1,
  }));
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

/**
 * Stops clients that are overdue. Those that have got through meanwhile are held, and what they sent is read; those whose
 * hello was lost are ended, so that they can be started anew. Errors: `connect` for one that never gets through.
 */
async function stopOverdue(
  testbeds: Testbed[],
  sampler: Sampler,
  meter: Meter,
  overdue: Attempt[],
): Promise<{ through: HeldClient[]; lost: Attempt[] }> {
  if (overdue.length === 0) return { through: [], lost: [] };
  const stopped = await stop(sampler, overdue);
  const pass = await untilRead(sampler, 'flying', meter, overdue);
  const begun = sending(meter, pass, overdue);
  const lost = without(overdue, begun);
  const hopeless = lost.find(({ tries }) => tries >= RECONNECTS_PER_CLIENT);
  if (hopeless) giveUp(hopeless, (await readOutputs(testbeds, [hopeless])).get(hopeless.name));
  await sampler.signal('KILL', processesOf(lost));
  return { through: stopped.filter((_, at) => begun.includes(overdue[at]!)), lost };
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
