/**
 * The start barrier: connect first, then release. Clients are started a few at a time and each is stopped at its
 * first payload; those whose hello was lost are started anew, with their servers, once all others are held; when all are
 * connected they go on together.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fail } from '../failures.js';
import type { ProcessId } from '../nodes/process.js';
import type { Testbed } from '../nodes/testbed.js';
import type { FlowProcesses, Meter } from '../probes/meter.js';
import type { Pass } from '../probes/pass.js';
import type { Sampler } from '../probes/samplers.js';
import type { Protocol } from '../scenario/scenario.js';
import { untilRead } from './drain.js';
import { readOutputs, reapPrograms, startPrograms, type Output, type Program } from './programs.js';
import { restAfter } from './rest.js';
import { startServers, type ServerProgram } from './servers.js';

/** Started and not yet connected at one time, at most: enough to keep the CPUs busy, few enough that hellos get through. */
const IN_FLIGHT = 8;
/**
 * A client that has brought no payload after so many seconds is stopped: it has failed, or its hello was lost, or it gets
 * through at that moment. TCP sends a hello again by itself, and a client that waits for a CPU is not lost: patience
 * doubles with each try.
 */
const PATIENCE = { tcp: 15, udp: 1 };
const MOST_TRIES = 6;
/** Seconds that a client may be held: a server to which nothing comes for 120 s gives up (iperf3's --rcv-timeout). */
const HOLDABLE = 110;
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
  /** Clients that were started anew. */
  reconnects: number;
}

interface Attempt extends HeldClient {
  program: ClientProgram;
  /** When it was last seen not to have ended. */
  lookedAt: number;
}

/** Connects all clients and holds them. Errors: `connect` with the client's own words. */
export async function connectAndHold(
  testbeds: Testbed[],
  sampler: Sampler,
  request: HoldRequest,
): Promise<Held> {
  const barrier = new Barrier(testbeds, sampler, request);
  let reconnects = 0;
  for (let due = request.clients; ;) {
    const lost = await barrier.connect(due);
    if (lost.length === 0) return { clients: barrier.held.sort((a, b) => a.pair - b.pair), reconnects };
    reconnects += lost.length;
    due = await renew(testbeds, sampler, lost);
  }
}

class Barrier {
  readonly held: HeldClient[] = [];
  private flying: Attempt[] = [];
  /** How many may be on their way at one time. */
  private most = IN_FLIGHT;
  private tries = 0;

  constructor(
    private readonly testbeds: Testbed[],
    private readonly sampler: Sampler,
    private readonly request: HoldRequest,
  ) {}

  /** Starts clients and holds those that get through. Resolves to the others: their hellos were lost. */
  async connect(clients: ClientProgram[]): Promise<ClientProgram[]> {
    const patience = PATIENCE[this.request.protocol] * 2 ** this.tries++;
    const waiting = [...clients];
    const lost: Attempt[] = [];
    while (waiting.length + this.flying.length > 0) {
      await this.launch(waiting.splice(0, Math.floor(this.most) - this.flying.length));
      const asked = performance.now();
      const pass = await this.sampler.pass('flying');
      const pause = restAfter(asked);
      const ready = this.sending(pass, this.flying);
      this.held.push(...(await this.stop(ready)));
      const silent = without(this.flying, ready);
      const overdue = silent.filter(({ startedAt }) => pass.end - startedAt > patience);
      await this.refuseEnded(silent, overdue, pass.end);
      const given = await this.stopOverdue(overdue);
      lost.push(...given);
      this.most = pace(this.most, ready.length, given.length);
      this.flying = without(silent, overdue);
      if (ready.length === 0) await sleep(pause);
    }
    if (lost[0] && this.tries === MOST_TRIES)
      this.giveUp(lost[0], (await readOutputs(this.testbeds, lost)).get(lost[0].name));
    return lost.map(({ program }) => program);
  }

  /** Starts some more; from then on passes read these and those that are flying, and not all who come. */
  private async launch(programs: ClientProgram[]): Promise<void> {
    if (programs.length === 0) return;
    const { meter, seconds } = this.request;
    const flows = programs.map((program) => ({ ...program, client: 0 }));
    await this.sampler.define('flying', meter.beat([...this.flying, ...flows]));
    const before = await this.sampler.pass('flying');
    const counted = meter.flowBytes(before, flows);
    const pids = await startPrograms(
      this.testbeds,
      programs.map((program): Program => ({ ...program, argv: program.argv(seconds) })),
    );
    const started = programs.map((program, at) => ({
      program,
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
    this.flying.push(...started);
  }

  /** Those that have begun to send payload. */
  private sending(pass: Pass, attempts: Attempt[]): Attempt[] {
    const { meter } = this.request;
    const bytes = meter.flowBytes(pass, attempts);
    return attempts.filter(
      ({ countedBefore = 0 }, at) => (bytes[at] ?? 0) - countedBefore > meter.beforePayload,
    );
  }

  /** Stops clients, which are held from then on. */
  private async stop(attempts: Attempt[]): Promise<HeldClient[]> {
    const stoppedAt = await this.sampler.signal('STOP', processesOf(attempts));
    return attempts.map(({ program: _, lookedAt: __, ...client }) => ({
      ...client,
      heldAt: stoppedAt.get(client.node)!,
    }));
  }

  /**
   * Stops clients that are overdue. Those that have got through meanwhile are held, and what they sent is read. Resolves
   * to the others, which are ended.
   */
  private async stopOverdue(overdue: Attempt[]): Promise<Attempt[]> {
    if (overdue.length === 0) return [];
    const stopped = await this.stop(overdue);
    const pass = await untilRead(this.sampler, 'flying', this.request.meter, overdue);
    const through = this.sending(pass, overdue);
    this.held.push(...stopped.filter((_, at) => through.includes(overdue[at]!)));
    const lost = without(overdue, through);
    await this.sampler.signal('KILL', processesOf(lost));
    return lost;
  }

  /** Gives up if a silent client has ended of itself, or those that are held can't be held for longer. */
  private async refuseEnded(silent: Attempt[], overdue: Attempt[], now: number): Promise<void> {
    const [first] = this.held;
    if (silent.length > 0 && first && now - first.heldAt > HOLDABLE)
      fail('connect', `clients can be held for ${HOLDABLE} s, and ${silent[0]!.name} has not connected yet`);
    const due = silent.filter(
      (attempt) => overdue.includes(attempt) || now - attempt.lookedAt > LOOK_SECONDS,
    );
    const ended = await findEnded(this.testbeds, due);
    if (ended) this.giveUp(ended.client, ended.words);
    for (const attempt of due) attempt.lookedAt = now;
  }

  private giveUp({ name }: Attempt, words = ''): never {
    return fail('connect', `client ${name} did not connect in ${this.tries} tries`, words.slice(-2000));
  }
}

/** How many may be on their way next, as TCP does it: half as many after a loss, one more when all have got through. */
function pace(most: number, ready: number, lost: number): number {
  return lost > 0 ? Math.max(1, most / 2) : Math.min(IN_FLIGHT, most + ready / most);
}

const without = (attempts: Attempt[], others: Attempt[]): Attempt[] =>
  attempts.filter((attempt) => !others.includes(attempt));

const processesOf = (clients: FlowProcesses[]): ProcessId[] => clients.map(({ client }) => client);

/**
 * Starts the servers of lost clients anew: one that never hears that its client is gone, as what tells it is lost like
 * the hello was, would be busy for ever. Resolves to the clients with their new servers.
 */
async function renew(
  testbeds: Testbed[],
  sampler: Sampler,
  clients: ClientProgram[],
): Promise<ClientProgram[]> {
  const old = clients.map(({ server }) => server);
  await sampler.signal('KILL', old);
  await reapPrograms(testbeds, old, KILLED_WITHIN);
  const servers = await startServers(
    testbeds,
    sampler,
    clients.map(({ serverProgram }) => serverProgram),
  );
  return clients.map((client) => ({ ...client, server: servers.get(client.serverProgram.name)! }));
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

/** A client that has printed more than a warning has ended; only a hello that got lost is worth another try. */
function isFinal(output = ''): boolean {
  return output.split('\n').some((line) => line !== '' && !line.startsWith('warning:'));
}

/** Lets all clients go on at once. Resolves to the moment of release on each node, by the first node's clock. */
export const release = (sampler: Sampler, clients: HeldClient[]): Promise<Map<number, number>> =>
  sampler.signal('CONT', processesOf(clients));
