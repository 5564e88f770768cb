/** The window: opens when every flow is active and past its warm-up, closes after the asked duration. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FlowProcesses, Meter } from '../probes/meter.js';
import type { Pass } from '../probes/pass.js';
import { CLOCK_STEP } from '../probes/sampler.js';
import type { Sampler } from '../probes/samplers.js';

/** Seconds between passes: while flows start, and while the window is open. */
const START_PERIOD = 0.04;
export const BEAT_PERIOD = 1;
/** A flow that has sent before and brings nothing for this long after the release is starved; the window opens anyway. */
const STARVED_AFTER = 2;

export interface WindowRequest {
  flows: FlowProcesses[];
  meter: Meter;
  omit: number;
  duration: number;
  /** Moment of release by the first node's clock, and a pass from just before it. */
  releasedAt: number;
  before: Pass;
  /** Told when the warm-up begins and when the window opens. */
  onPhase: (phase: 'omit' | 'window') => void;
  /** Told at each pass: payload rate since the last, bit/s, and seconds since the release. */
  onBeat: (throughput: number, elapsed: number) => void;
}

export interface WindowPasses {
  open: Pass;
  close: Pass;
  /** From `open` to `close`, both included. */
  all: Pass[];
  /** Delay of each pass in the window beyond its due time. */
  delays: number[];
  /** Seconds from the release to each flow's first payload; undefined where no counter tells or none came. */
  lateness: (number | undefined)[];
  /** CPU seconds that the sampler took in the window, where it took most; the closing pass lies beyond it. */
  samplerSeconds: number;
}

/** Watches the flows from the release to the end of the window. */
export async function watchWindow(sampler: Sampler, request: WindowRequest): Promise<WindowPasses> {
  const { lateness, activeAt } = await waitUntilActive(sampler, request);
  request.onPhase('omit');
  await sleepUntil(sampler, activeAt + request.omit);
  request.onPhase('window');
  const samplerBefore = await sampler.cpuSeconds();
  const open = await sampler.pass('edge');
  const all = [open];
  const delays = [];
  const closeDue = open.begin + request.duration;
  let samplerSeconds = 0;
  for (let due = open.begin; due < closeDue;) {
    const last = all.at(-1)!;
    due = Math.min(last.begin + BEAT_PERIOD, closeDue);
    const closing = due >= closeDue;
    if (closing) samplerSeconds = mostSpent(samplerBefore, await sampler.cpuSeconds());
    await sleep(Math.max(0, due + CLOCK_STEP - last.end) * 1000);
    const pass = await passNotBefore(sampler, due, closing ? 'edge' : 'beat');
    delays.push(Math.max(0, pass.begin - due));
    tellBeat(request, last, pass);
    all.push(pass);
  }
  return { open, close: all.at(-1)!, all, delays, lateness, samplerSeconds };
}

/** By the sampler of any one node. */
function mostSpent(before: number[], after: number[]): number {
  return Math.max(...after.map((seconds, node) => seconds - before[node]!));
}

/** Timers of this process may fire a little before the testbed's coarser clock agrees. */
async function passNotBefore(sampler: Sampler, due: number, kind: string): Promise<Pass> {
  for (;;) {
    const pass = await sampler.pass(kind);
    if (pass.begin >= due) return pass;
    await sleep((due + CLOCK_STEP - pass.begin) * 1000);
  }
}

async function sleepUntil(sampler: Sampler, due: number): Promise<void> {
  for (let now = await sampler.now(); now < due; now = await sampler.now())
    await sleep((due + CLOCK_STEP - now) * 1000);
}

async function waitUntilActive(
  sampler: Sampler,
  request: WindowRequest,
): Promise<{ lateness: (number | undefined)[]; activeAt: number }> {
  const { flows, meter, releasedAt, before } = request;
  const base = meter.flowBytes(before, flows);
  const lateness = flows.map((): number | undefined => undefined);
  let last = before;
  for (;;) {
    const pass = await sampler.pass('beat');
    const bytes = meter.flowBytes(pass, flows);
    bytes.forEach((value, at) => {
      if (value !== undefined && value > (base[at] ?? 0)) lateness[at] ??= Math.max(0, pass.end - releasedAt);
    });
    const pending = bytes.some((value, at) => value !== undefined && lateness[at] === undefined);
    const begun = meter.totalBytes(pass, flows) > meter.totalBytes(before, flows);
    if ((!pending && begun) || pass.end - releasedAt > STARVED_AFTER) return { lateness, activeAt: pass.end };
    tellBeat(request, last, pass);
    last = pass;
    await sleep(START_PERIOD * 1000);
  }
}

function tellBeat({ meter, flows, releasedAt, onBeat }: WindowRequest, last: Pass, pass: Pass): void {
  const bytes = meter.totalBytes(pass, flows) - meter.totalBytes(last, flows);
  onBeat(rate(bytes, last, pass), pass.end - releasedAt);
}

function rate(bytes: number, from: Pass, to: Pass): number {
  const seconds = to.begin - from.begin;
  return seconds > 0 ? (bytes * 8) / seconds : 0;
}
