/** What iperf3 said at both ends, once the clients have ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from '../failures.js';
import { nodeOf, type ProcessId } from '../nodes/process.js';
import type { Testbed } from '../nodes/testbed.js';
import type { Protocol } from '../scenario/scenario.js';
import { hasReported, parseIperf3, type Iperf3Outcome, type Span } from '../traffic/parse.js';
import { readOutputs, type Ending, type Output } from '../traffic/programs.js';
import type { FlowWords } from './measure.js';

/** A client and its server, by the names of their outputs. */
export interface Ends extends Output {
  serverName: string;
  client: ProcessId;
  server: ProcessId;
}

export interface Collected {
  /** Every program's output, by name: `s1`, `c1`. */
  texts: Record<string, string>;
  /** In the order of the clients. */
  ends: { client: Iperf3Outcome; server: Iperf3Outcome }[];
}

export interface Asked {
  protocol: Protocol;
  /** Whether clients were told to end. */
  told: boolean;
}

/** A server prints its report a moment after its client has ended. */
const REPORT_TRIES = 20;
const REPORT_POLL_MS = 25;

/** Reads both reports of every pair; a program that died or was killed is a failure whatever it printed. */
export async function collect(
  testbeds: Testbed[],
  asked: Asked,
  ends: Ends[],
  endings: Map<ProcessId, Ending>,
): Promise<Collected> {
  const texts = await readReports(testbeds, asked, ends);
  return {
    texts: Object.fromEntries(texts),
    ends: ends.map(({ name, serverName, client }) => ({
      client: clientOutcome(texts.get(name) ?? '', asked, endings.get(client)!),
      server: parseIperf3(texts.get(serverName) ?? '', { role: 'server', ...asked }),
    })),
  };
}

/** Reads all outputs, and those of servers that have not reported yet again. */
async function readReports(testbeds: Testbed[], { told }: Asked, ends: Ends[]): Promise<Map<string, string>> {
  const texts = await readOutputs(testbeds, [...ends, ...ends.map(serverOutput)]);
  for (let tries = 0; tries < REPORT_TRIES; tries++) {
    const late = ends.filter(({ serverName }) => !hasReported(texts.get(serverName) ?? '', told));
    if (late.length === 0) break;
    await sleep(REPORT_POLL_MS);
    const again = await readOutputs(testbeds, late.map(serverOutput));
    for (const [name, text] of again) texts.set(name, text);
  }
  return texts;
}

const serverOutput = ({ serverName, server }: Ends): Output => ({ name: serverName, node: nodeOf(server) });

/** What a client says of itself, unless it did not end of itself or ended badly without saying why. */
function clientOutcome(text: string, asked: Asked, ending: Ending): Iperf3Outcome {
  const outcome = parseIperf3(text, { role: 'client', ...asked });
  const killed = ending === 'hung' || ending > SIGNALLED;
  const good = ending === 0 || (asked.told && ending === TOLD);
  if (good || (outcome.status === 'failed' && !killed)) return outcome;
  return {
    status: 'failed',
    failure: { reason: 'iperf3', message: `iperf3 (client) ${inWords(ending)}`, detail: text.slice(-500) },
  };
}

/** Exit code of an iperf3 that was told to end; 0 from 3.19 on. */
const TOLD = 1;

/** Shells report a program that a signal has ended with this and the signal's number. */
const SIGNALLED = 128;

function inWords(ending: Ending): string {
  if (ending === 'hung') return 'hung and was killed';
  return ending > SIGNALLED ? `was ended by signal ${ending - SIGNALLED}` : `ended with exit code ${ending}`;
}

/**
 * The first pair that failed. A UDP client whose goodbye was lost in the flood has failed for itself only: what it
 * sent was counted by the kernel, and iperf3's exchange of results is not needed.
 */
export function firstFailure({ ends }: Collected, protocol: Protocol): Failure | undefined {
  const failures = ends.map(({ client, server }) => failureOf(client) ?? failureOf(server));
  const at = failures.findIndex(
    (failure) => failure && !(protocol === 'udp' && GOODBYE_LOST.test(failure.message)),
  );
  const failure = failures[at];
  return failure && { ...failure, message: `pair ${at + 1}: ${failure.message}` };
}

const GOODBYE_LOST =
  /control (?:message|socket|connection)|closed unexpectedly|(?:receive|send) (?:control|results)/;

const failureOf = (outcome: Iperf3Outcome): Failure | undefined =>
  outcome.status === 'failed' ? outcome.failure : undefined;

type PairEnds = Collected['ends'][number];

/** How long the client sent, if it tells. */
function sentSeconds({ client }: PairEnds): number | undefined {
  return client.status === 'ok' ? client.result.sent?.seconds : undefined;
}

/**
 * Both ends' figures of one pair in one, over the client's span less the `held` seconds: a server whose client was
 * told to end does not know how long it ran.
 */
export function wordsOf(ends: PairEnds, held: number): FlowWords {
  const { client, server } = ends;
  const told = client.status === 'ok' ? client.result : undefined;
  const heard = server.status === 'ok' ? server.result.received : told?.received;
  const seconds = sentSeconds(ends);
  const mean = ({ bytes }: Span): number | undefined =>
    seconds === undefined ? undefined : (bytes * 8) / Math.max(seconds - held, Number.EPSILON);
  return known({
    sentBytes: told?.sent?.bytes,
    sentMean: told?.sent && mean(told.sent),
    receivedBytes: heard?.bytes,
    receivedMean: heard && mean(heard),
    retransmits: told?.retransmits,
  });
}

/** Leaves out what is not known. */
function known(words: { [K in keyof FlowWords]: FlowWords[K] | undefined }): FlowWords {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
}
