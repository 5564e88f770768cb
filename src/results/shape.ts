/**
 * Whether what was read from a results folder has the shape that `record.ts` describes; not whether it is plausible.
 * Light, as records come by the thousand.
 */
import { z } from 'zod';
import { METHODS, PLACEMENTS, PROTOCOLS, TOPOLOGIES } from '../scenario/scenario.js';
import type { ExperimentHeader, FlowRecord, RunRecord } from './record.js';

const count = z.int().min(0);
const amount = z.number().min(0);
const words = z.array(z.string());
const length = z.union([z.literal('fit'), count]);

const cell = z.looseObject({
  topology: z.enum(TOPOLOGIES),
  protocol: z.enum(PROTOCOLS),
  method: z.enum(METHODS),
  mtu: count,
  pairs: count,
  placement: z.enum(PLACEMENTS),
  congestionControl: z.string().optional(),
  udpLength: length.optional(),
  driver: z.string(),
});

const measurement = z.looseObject({
  window: z.looseObject({ asked: amount, seconds: amount, openedAfter: z.number() }),
  throughput: z.number(),
  throughputSource: z.string(),
  sumOfFlowMeans: z.number().optional(),
  crossCheck: z.number().optional(),
  fairness: z.number().optional(),
  flows: z.custom<FlowRecord[]>((flows) => Array.isArray(flows) && flows.every(isFlow), 'not a list of flows'),
  cpu: z.array(z.looseObject({ node: z.string(), total: z.record(z.string(), z.number()) })),
  sampling: z.looseObject({ passes: count }).optional(),
  reconnects: count,
  beats: z.array(z.unknown()),
});

/** By hand: there are up to hundreds in every run. */
function isFlow(flow: Partial<FlowRecord> | null): boolean {
  return (
    typeof flow === 'object' &&
    typeof flow?.pair === 'number' &&
    typeof flow.source === 'string' &&
    (flow.goodput === undefined || typeof flow.goodput === 'number') &&
    typeof flow.iperf3 === 'object'
  );
}

const head = {
  id: z.string(),
  cell,
  block: count,
  repetition: count,
  take: count,
  position: count,
  attempt: count,
  startedAt: z.string(),
  phases: z.record(z.string(), z.number()),
  warnings: words,
};

const run = z.discriminatedUnion('status', [
  z.looseObject({ ...head, status: z.literal('ok'), measurement }),
  z.looseObject({
    ...head,
    status: z.literal('failed'),
    failure: z.looseObject({ reason: z.string(), message: z.string() }),
    measurement: measurement.optional(),
  }),
]);

const scenario = z.looseObject({
  name: z.string(),
  question: z.string(),
  topology: z.enum(TOPOLOGIES),
  protocol: z.enum(PROTOCOLS),
  drivers: words,
  reference: z.string(),
  pairs: z.array(count),
  mtu: z.array(count),
  method: z.array(z.enum(METHODS)),
  placement: z.array(z.enum(PLACEMENTS)),
  congestionControl: words,
  udpLength: z.array(length),
  omit: amount,
  duration: amount,
  repeat: z.discriminatedUnion('kind', [
    z.looseObject({ kind: z.literal('fixed'), blocks: count }),
    z.looseObject({ kind: z.literal('adaptive'), min: count, max: count, precision: amount }),
  ]),
  seed: count,
  retries: count,
  limits: z.looseObject({ crossCheck: amount, sampling: amount, retransmits: amount, steal: amount }),
  claims: words,
  profile: z.string().optional(),
});

const environment = z.looseObject({
  node: z.string(),
  kernel: z.string(),
  bootId: z.string(),
  iperf3: z.string(),
  warnings: words,
  uplink: z
    .looseObject({ name: z.string(), mode: z.enum(['moved', 'shared']), rateCap: z.number().optional() })
    .optional(),
  facts: z.record(z.string(), z.string()),
});

const header = z.looseObject({
  format: count,
  id: z.string(),
  startedAt: z.string(),
  benchVersion: z.string(),
  scenario,
  unavailable: z.array(
    z.union([
      z.looseObject({ driver: z.string(), because: z.string() }),
      z.looseObject({ mtu: z.number(), because: z.string() }),
    ]),
  ),
  environments: z.array(environment),
  emulated: z.boolean(),
});

/** Text as a value of a certain shape, or what is wrong with it in a clause. */
export type Parsed<Value> = { value: Value } | { problem: string };

/** One line of runs.jsonl. */
export const parseRun = (line: string): Parsed<RunRecord> => parse(line, run);

/** Of a header in any format: which format that is, and who wrote it. */
export type Versions = Pick<ExperimentHeader, 'format' | 'benchVersion'>;

export const parseVersions = (text: string): Parsed<Versions> => parse(text, header.pick({ format: true, benchVersion: true }));

/** The text of experiment.json, in this format. */
export const parseHeader = (text: string): Parsed<ExperimentHeader> => parse(text, header);

/** The very value that the text holds, if it has the shape. */
function parse<Value>(text: string, shape: z.ZodType): Parsed<Value> {
  try {
    const value: unknown = JSON.parse(text);
    const { error } = shape.safeParse(value);
    return error ? { problem: problemOf(error) } : { value: value as Value };
  } catch (error) {
    return { problem: `it is not JSON (${error instanceof Error ? error.message : String(error)})` };
  }
}

function problemOf({ issues: [first] }: z.ZodError): string {
  return `${first?.path.join('.') || 'it'} is not as it should be (${first?.message ?? 'unknown'})`;
}
