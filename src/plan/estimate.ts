/** How many runs a scenario takes, and how long: an estimate, made before the first run. */
import { strata } from '../scenario/cells.js';
import type { Scenario, Stratum } from '../scenario/scenario.js';

/** What a run takes beyond warm-up and window, in seconds, with no pairs and for each pair: estimates, for 2 cores. */
const OVERHEAD_PER_RUN = 0.2;
const OVERHEAD_PER_PAIR = 0.03;

export interface Amount {
  blocks: number;
  runs: number;
  seconds: number;
}

export interface Estimate extends Amount {
  /** What a scenario that repeats adaptively takes at most; the rest is then the least. */
  most?: Amount;
}

/** What a scenario takes with so many of its drivers. */
export function estimateScenario(scenario: Scenario, drivers = scenario.drivers.length): Estimate {
  const { repeat } = scenario;
  if (repeat.kind === 'fixed') return amount(scenario, drivers, repeat.blocks);
  const least = amount(scenario, drivers, repeat.min);
  const most = amount(scenario, drivers, repeat.max);
  const { budget = Infinity } = repeat;
  return { ...least, most: { ...most, seconds: Math.max(least.seconds, Math.min(most.seconds, budget)) } };
}

function amount(scenario: Scenario, drivers: number, repetitions: number): Amount {
  const all = strata(scenario);
  const blocks = all.length * repetitions;
  const block = all.reduce((sum, stratum) => sum + drivers * runSeconds(scenario, stratum), 0);
  return { blocks, runs: blocks * drivers, seconds: block * repetitions };
}

/** The study's method has no warm-up, and iperf3 takes whole seconds only. */
function runSeconds({ omit, duration }: Scenario, { method, pairs }: Stratum): number {
  const sending = method === 'concurrent' ? omit + duration : Math.ceil(duration);
  return sending + OVERHEAD_PER_RUN + OVERHEAD_PER_PAIR * pairs;
}
