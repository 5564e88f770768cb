/** What CPU times say. */
import type { CpuTimes } from '../results/record.js';

/** Seconds of work: user, system, interrupts. Stolen time is not in it. */
export function busy({ user, nice, system, irq, softirq }: CpuTimes): number {
  return user + nice + system + irq + softirq;
}

/** All seconds that passed, over all cores. */
export function total(times: CpuTimes): number {
  return busy(times) + times.idle + times.iowait + times.steal;
}

/** Seconds of work as a share of the seconds that could be worked: stolen time is in neither. */
export function utilization(times: CpuTimes): number | undefined {
  return quotient(busy(times), total(times) - times.steal);
}

/** Undefined where a part is, and where the divisor is 0. */
export function quotient(dividend: number | undefined, divisor: number | undefined): number | undefined {
  return dividend === undefined || !divisor ? undefined : dividend / divisor;
}
