/** Whether a run counts, by rules that were declared beforehand (METHOD.md, section 3, point 6). Pure. */
import type { Failure } from '../failures.js';
import type { Measurement } from '../results/record.js';
import type { Cell, Limits } from '../scenario/scenario.js';
import { CLOCK_STEP } from '../probes/sampler.js';
import { formatRate } from '../units.js';
import { BEAT_PERIOD } from './window.js';

export interface Judgement {
  /** The first rule that the run broke. */
  failure?: Failure;
  /** What is worth knowing of a run that counts. */
  warnings: string[];
}

/** What a run is judged by. */
export interface Bounds {
  limits: Limits;
  /** Of all links that servers receive by, bit/s, where it is known. */
  lineRate?: number | undefined;
}

type Rule = (measurement: Measurement, bounds: Bounds, cell: Cell) => Failure | undefined;
type Mark = (measurement: Measurement, limits: Limits) => string | undefined;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Share of a window's traffic that may have been sent before it opened. */
const HELD_BACK = 0.02;

const rules: Rule[] = [
  ({ flows }, _bounds, { pairs }) =>
    flows.length === pairs
      ? undefined
      : { reason: 'flow-missing', message: `all ${pairs} flows must be measured, and ${flows.length} were` },
  ({ flows }) => {
    const lost = flows.find(({ goodput }) => goodput === undefined);
    return lost && { reason: 'flow-missing', message: `nothing tells what pair ${lost.pair} received` };
  },
  ({ window }) =>
    window.seconds >= window.asked
      ? undefined
      : {
          reason: 'window-short',
          message: `the window must hold ${window.asked} s, and flows ended after ${window.seconds.toFixed(2)} s`,
        },
  ({ sampling }, { limits }) =>
    !sampling || sampling.share <= limits.sampling
      ? undefined
      : {
          reason: 'sampling',
          message: `sampling may take ${percent(limits.sampling)} of the window, and took ${percent(sampling.share)}`,
        },
  ({ sampling, window }) =>
    !sampling || sampling.latest <= Math.min(BEAT_PERIOD, window.asked)
      ? undefined
      : {
          reason: 'sampling',
          message: `a sample came ${sampling.latest.toFixed(2)} s late: more than one period`,
        },
  ({ throughput, window }, { lineRate }) => {
    // A window's length is known to two steps of the clock, and what a switch holds back arrives later.
    const most = lineRate && lineRate * (1 + (2 * CLOCK_STEP) / window.seconds + HELD_BACK);
    return most && throughput > most
      ? {
          reason: 'inconsistent',
          message: `the links carry ${formatRate(lineRate)}, and the counters show ${formatRate(throughput)}`,
        }
      : undefined;
  },
  ({ throughput }) =>
    Number.isFinite(throughput) && throughput > 0
      ? undefined
      : { reason: 'inconsistent', message: 'the counters show no payload in the window' },
  ({ flows }) => {
    const backwards = flows.find(({ goodput }) => goodput !== undefined && !(goodput >= 0));
    return (
      backwards && { reason: 'inconsistent', message: `the counter of pair ${backwards.pair} ran backwards` }
    );
  },
];

const marks: Mark[] = [
  ({ crossCheck, throughputSource }, limits) =>
    throughputSource === 'iperf3-sender'
      ? undefined
      : crossCheck === undefined
        ? 'no cross-check: iperf3 did not tell what all flows received, or the counter not what each did'
        : Math.abs(crossCheck) <= limits.crossCheck
          ? undefined
          : `counters and iperf3 differ by ${percent(crossCheck)}`,
  ({ tcp }, limits) => {
    const share = tcp && tcp.segmentsReceived > 0 ? tcp.duplicates / tcp.segmentsReceived : 0;
    return share > limits.retransmits ? `${percent(share)} of the segments were duplicates` : undefined;
  },
  ({ cpu, window }, limits) => {
    const stolen = cpu.find(
      ({ total, perCore }) => total.steal > limits.steal * window.seconds * perCore.length,
    );
    return stolen && `${stolen.total.steal.toFixed(2)} s of CPU time were stolen on ${stolen.node}`;
  },
  ({ flows }) => {
    const starved = flows.filter((flow) => flow.starved).length;
    return starved > 0 ? `${starved} flow(s) starved: connected, and nothing in the window` : undefined;
  },
  ({ reconnects }) => (reconnects > 0 ? `${reconnects} client(s) had to connect anew` : undefined),
];

/** Judges a measurement by bounds that were set beforehand. */
export function judge(measurement: Measurement, bounds: Bounds, cell: Cell): Judgement {
  const failure = rules.map((rule) => rule(measurement, bounds, cell)).find((found) => found !== undefined);
  const warnings = marks.map((mark) => mark(measurement, bounds.limits)).filter((text) => text !== undefined);
  return { ...(failure ? { failure } : {}), warnings };
}
