/**
 * iperf3's JSON, of any version from 3.0.11 to 3.21, to figures or to a typed failure: never a zero for a failure.
 * Rates are bit/s, times seconds, shares fractions of 1.
 */
import { z } from 'zod';
import { BenchError, fail, type Failure } from '../failures.js';
import type { Protocol } from '../scenario/scenario.js';
import { documentErrors, parseDocument, splitDocuments } from './documents.js';
import { parseVersion } from './version.js';

export interface Expected {
  role: 'client' | 'server';
  protocol: Protocol;
  /** Whether the client was told to end: both ends then report an error that says so. */
  told?: boolean;
}

/** One end's view of the whole test. */
export interface Span {
  bytes: number;
  seconds: number;
  /** Mean over the flow's own span. */
  mean: number;
}

export interface Iperf3Result {
  version: string;
  /** How many documents the process printed; the last one that holds a test was read. */
  documents: number;
  /** Absent where a server does not know it. */
  sent?: Span;
  /** Absent where a client was told to end: then only the server knows it. Its `seconds` mean nothing then. */
  received?: Span;
  /** TCP segments, of the sender; absent where this end does not know it. */
  retransmits?: number;
  udp?: DatagramCounts;
}

export interface DatagramCounts {
  /** Sent, as far as this end knows. */
  datagrams: number;
  lost: number;
  /** Share of `datagrams`. */
  loss: number;
  /** At the receiver. */
  jitter: number;
}

export type Iperf3Outcome =
  | { status: 'ok'; result: Iperf3Result }
  /** Reason `connect`: the client never got a stream, so it may be tried again; `iperf3`: anything else. */
  | { status: 'failed'; failure: Failure };

/** Reads all that one iperf3 process has printed. */
export function parseIperf3(text: string, expected: Expected): Iperf3Outcome {
  try {
    return { status: 'ok', result: read(text, expected) };
  } catch (error) {
    if (error instanceof BenchError) return { status: 'failed', failure: error.failure };
    throw error;
  }
}

const Start = z.object({
  version: z.string(),
  connected: z.array(z.unknown()),
  test_start: z.object({ protocol: z.string(), num_streams: z.int(), blksize: z.int() }).optional(),
});
const Report = z.object({ start: Start, end: z.unknown() });
type Report = z.infer<typeof Report> & { errors: string[] };

const Sum = z.object({
  bytes: z.int().nonnegative(),
  seconds: z.number().positive(),
  bits_per_second: z.number(),
});
const SenderSum = Sum.extend({ retransmits: z.int().nonnegative().optional() });
const DatagramSum = Sum.extend({
  packets: z.int().positive(),
  lost_packets: z.int().nonnegative(),
  jitter_ms: z.number(),
});

const TcpEnd = z.object({ streams: z.array(z.unknown()), sum_sent: SenderSum, sum_received: Sum });
const UdpEnd = z.object({ streams: z.array(z.unknown()), sum_sent: Sum, sum_received: DatagramSum });
/** Before 3.11: the sender's bytes with the receiver's loss. */
const OldUdpEnd = z.object({ streams: z.array(z.unknown()), sum: DatagramSum });

/** Of a client that was told to end; before 3.11 UDP has one sum. */
const ToldEnd = z.object({
  streams: z.array(z.unknown()),
  sum_sent: SenderSum.optional(),
  sum: SenderSum.optional(),
});

type Figures = { streams: number; sent: Span } & Pick<Iperf3Result, 'received' | 'retransmits' | 'udp'>;

/** What both ends say when the client was told to end. */
const TOLD_TO_END = /the client has terminated/;

/** Whether a server has printed its last report; one that is told of its client's end may have printed earlier ones. */
export function hasReported(text: string, told: boolean): boolean {
  return text.trimEnd().endsWith('}') && (!told || TOLD_TO_END.test(text));
}

function read(text: string, { role, protocol, told = false }: Expected): Iperf3Result {
  const who = `iperf3 (${role})`;
  const reports = readReports(text, who);
  const { start, end, ...report } =
    reports.findLast(({ start }) => start.connected.length > 0) ?? reports.at(-1)!;
  const errors = report.errors.filter((error) => !(told && TOLD_TO_END.test(error)));
  if (errors.length > 0) fail(reasonOf(errors, role, start), `${who} gave up: ${errors.join('; ')}`);
  if (start.test_start === undefined) fail('iperf3', `${who} reports no test`);
  const test = start.test_start;
  if (test.protocol !== protocol.toUpperCase()) {
    fail('iperf3', `${who} was to use ${protocol} and reports ${test.protocol}`);
  }
  const { streams, sent, ...figures } =
    told && role === 'client'
      ? toldFigures(end, who)
      : protocol === 'tcp'
        ? tcpFigures(end, who)
        : udpFigures(end, test.blksize, who);
  if (streams !== test.num_streams)
    fail('iperf3', `${who} reports ${streams} of ${test.num_streams} streams`);
  if (figures.received?.bytes === 0) fail('iperf3', `${who} reports that no payload arrived`);
  if (role === 'client' && sent.bytes === 0) fail('iperf3', `${who} reports that it sent nothing`);
  const version = parseVersion(start.version) ?? start.version;
  return { version, documents: reports.length, ...(sent.bytes > 0 ? { sent } : {}), ...figures };
}

/** Parses every document. A server's first ones may tell of tests that never began, its last one of its end. */
function readReports(text: string, who: string): Report[] {
  const { whole, cut } = splitDocuments(text);
  if (cut) fail('iperf3', `${who} stopped in the middle of its report`, text.slice(-500));
  if (whole.length === 0) failWithoutReport(text, who);
  return whole.map((document) => {
    const json =
      parseDocument(document) ?? fail('iperf3', `${who} printed broken JSON`, document.slice(0, 500));
    return { ...check(Report, json, who), errors: documentErrors(document) };
  });
}

/** Fails with what iperf3 says of options that it does not take, or else with how its output begins. */
function failWithoutReport(text: string, who: string): never {
  const complaint = /^iperf3: .+$/m.exec(text)?.[0];
  return fail('iperf3', `${who} printed no report${complaint ? `: ${complaint}` : ''}`, text.slice(0, 500));
}

/** What a client says when the server or the network kept it from connecting; a wrong option reads otherwise. */
const NOT_CONNECTED =
  /unable to (?:connect|read|write|send|receive)|server is busy|closed unexpectedly|control message/;

function reasonOf(
  errors: string[],
  role: Expected['role'],
  { connected }: Report['start'],
): 'connect' | 'iperf3' {
  const setUp =
    role === 'client' && connected.length === 0 && errors.some((error) => NOT_CONNECTED.test(error));
  return setUp ? 'connect' : 'iperf3';
}

function toldFigures(end: unknown, who: string): Figures {
  const { streams, sum_sent, sum } = check(ToldEnd, end, who);
  const sent = sum_sent ?? sum ?? fail('iperf3', `${who} reports no complete result: sum_sent is missing`);
  return { streams: streams.length, sent: span(sent), ...retransmitsOf(sent) };
}

function tcpFigures(end: unknown, who: string): Figures {
  const { streams, sum_sent: sent, sum_received: received } = check(TcpEnd, end, who);
  return { streams: streams.length, sent: span(sent), received: span(received), ...retransmitsOf(sent) };
}

function retransmitsOf({ retransmits }: z.infer<typeof SenderSum>): Pick<Figures, 'retransmits'> {
  return retransmits === undefined ? {} : { retransmits };
}

function udpFigures(end: unknown, datagramBytes: number, who: string): Figures {
  if (Object.hasOwn(end ?? {}, 'sum_received')) {
    const { streams, sum_sent: sent, sum_received: received } = check(UdpEnd, end, who);
    return {
      streams: streams.length,
      sent: span(sent),
      received: span(received),
      udp: counts(received, who),
    };
  }
  const { streams, sum } = check(OldUdpEnd, end, who);
  const udp = counts(sum, who);
  const bytes = (udp.datagrams - udp.lost) * datagramBytes;
  const received = { bytes, seconds: sum.seconds, mean: (bytes * 8) / sum.seconds };
  return { streams: streams.length, sent: span(sum), received, udp };
}

const span = ({ bytes, seconds, bits_per_second: mean }: z.infer<typeof Sum>): Span => ({
  bytes,
  seconds,
  mean,
});

function counts(sum: z.infer<typeof DatagramSum>, who: string): DatagramCounts {
  const { packets: datagrams, lost_packets: lost, jitter_ms } = sum;
  if (lost > datagrams)
    fail('iperf3', `${who} reports more datagrams lost (${lost}) than sent (${datagrams})`);
  return { datagrams, lost, loss: lost / datagrams, jitter: jitter_ms / 1000 };
}

/** Checks a part of a report. Errors: `iperf3`, with the first thing that is missing or not a number. */
function check<T>(schema: z.ZodType<T>, part: unknown, who: string): T {
  const { success, data, error } = schema.safeParse(part);
  if (success) return data;
  const { path, message } = error.issues[0]!;
  return fail('iperf3', `${who} reports no complete result: ${path.join('.') || 'end'}: ${message}`);
}
