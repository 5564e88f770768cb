/** How often the sampler may be asked while programs are waited for: it takes the CPU before them. */

/** A few milliseconds, and several times what was asked took. */
const LEAST_MS = 4;
const REST_TO_PASS = 5;

/** Milliseconds to leave the CPU alone after what was asked at a time of `performance.now()`. */
export const restAfter = (asked: number): number =>
  Math.max(LEAST_MS, REST_TO_PASS * (performance.now() - asked));
