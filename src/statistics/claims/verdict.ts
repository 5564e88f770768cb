/** What judging a published claim gives. */
import type { Method, Stratum } from '../../scenario/scenario.js';
import type { Interval } from '../describe.js';
import type { Figure, Kind } from './figure.js';

/** `confirmed`: the interval lies in the claimed range; `refuted`: it is disjoint from it; `inconclusive`: it overlaps. */
export type Ruling = 'confirmed' | 'refuted' | 'inconclusive' | 'not measured';

/** One figure that a part of a claim rests on. */
export interface Finding {
  /** Where the subject was measured. */
  stratum: Stratum;
  /** With its interval, Holm-adjusted over the claim's findings. */
  figure: Figure;
  ruling: Ruling;
  /** `macvlan bridge is 1.17 × veth + bridge [1.12, 1.22], 5 blocks, 16 pairs, TCP cubic, MTU 1500`. */
  text: string;
}

/** One statement of a claim that can be true or false by itself. */
export interface PartVerdict {
  /** The statement in words, with how it was read where the study left that open. */
  words: string;
  /** Refuted if any finding is, confirmed if all are; where the claim is that it happens anywhere, the other way round. */
  ruling: Ruling;
  /** What the figures are, and with that the range's unit. */
  kind: Kind;
  /** The claimed range of the figures, tolerance included; `high` may be Infinity. */
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
  /** One line: how many of the findings hold and the span of their figures, or what is missing. */
  summary: string;
  parts: PartVerdict[];
  /** Rests on runs of emulated nodes or in a user-mode kernel: holds "in emulation". */
  inEmulation: boolean;
}
