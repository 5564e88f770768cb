/** What judging a published claim gives. */
import type { Method, Stratum } from '../../scenario/scenario.js';
import type { Interval } from '../describe.js';
import type { Ratio } from '../ratio.js';

/** `confirmed`: the interval lies in the claimed range; `refuted`: it is disjoint from it; `inconclusive`: it overlaps. */
export type Ruling = 'confirmed' | 'refuted' | 'inconclusive' | 'not measured';

/** One comparison that a part of a claim rests on. */
export interface Finding {
  /** Where the subject was measured. */
  stratum: Stratum;
  /** The subject's throughput over the base's; the interval is Holm-adjusted over the part's findings. */
  ratio: Ratio;
  ruling: Ruling;
  /** `macvlan:bridge is 1.17 × veth:bridge [1.12, 1.22], 5 blocks, 16 pairs, TCP cubic, MTU 1500`. */
  text: string;
}

/** One statement of a claim that can be true or false by itself. */
export interface PartVerdict {
  /** The statement in words, with how it was read where the study left that open. */
  words: string;
  /** Refuted if any finding is, confirmed if all are. */
  ruling: Ruling;
  /** The claimed range of the ratio, tolerance included; `high` may be Infinity. */
  range: Interval;
  findings: Finding[];
  /** What the claim speaks of and nobody measured. */
  missing: string[];
}

export interface Verdict {
  /** As in METHOD.md: `S1`. */
  id: string;
  /** The claim as the study has it. */
  claim: string;
  method: Method;
  /** Refuted if any part is, confirmed if all are; a part that was not measured leaves the rest inconclusive. */
  ruling: Ruling;
  /** One line: how many of the findings hold and the span of their ratios, or what is missing. */
  summary: string;
  parts: PartVerdict[];
  /** Measured on emulated nodes or in a user-mode kernel: holds "in emulation". */
  inEmulation: boolean;
}
