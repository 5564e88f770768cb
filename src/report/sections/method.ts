/** How the figures were made, for readers who know iperf3 and nothing of bench. */
import type { Section } from '../document.js';

export function method(): Section {
  return {
    title: 'How these numbers were made',
    blocks: [
      {
        kind: 'text',
        text:
          'Every flow of a run is connected first and then released together; a run counts the payload that all pairs ' +
          "received in one common window, in which every flow is past its warm-up, from the kernel's counters on one clock. " +
          'That is concurrent throughput, the primary result. ' +
          'Adding up the means that iperf3 prints is not the same: each mean covers its own flow’s span, flows that start ' +
          'early run with little competition, and so the sum counts bandwidth that never existed at one time. ' +
          'Drivers ran back to back in random order within blocks, and are compared by the ratio of their runs in the same ' +
          'block, so that a slow drift of the machine cancels. ' +
          'Intervals are 95 % Student t intervals, the standard error is s/√n of per-run totals, and failed runs are ' +
          'shown as failed and enter no mean.',
      },
    ],
  };
}
