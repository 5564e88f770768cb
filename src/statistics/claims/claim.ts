/** What a published claim is, as data: its words, and the figures that it says something about. */
import type { Cell } from '../../scenario/scenario.js';
import type { Interval } from '../describe.js';
import type { Evidence, Selection } from './evidence.js';
import type { Figure, Kind } from './figure.js';

/** A figure that bears on a claim, and where it was measured. */
export interface Comparison {
  /** The subject's cell. */
  cell: Cell;
  figure: Figure;
  /** More that belongs beside it, as `31 % of datagrams lost`. */
  note?: string;
}

/** How the figures of a part are made. */
export interface Measure {
  kind: Kind;
  /** What must have been measured, said one by one where it is missing. */
  needs: Selection[];
  compare: (evidence: Evidence) => Comparison[];
  /** What is missing although all of that was measured, in clauses. */
  lacks?: (evidence: Evidence) => string[];
}

export interface Part {
  words: string;
  measure: Measure;
  /** The claimed range of every figure, in its unit. */
  range: Interval;
  /** By which the range is widened at both ends, as a fraction; none for a mere order. */
  tolerance?: number;
  /** True where the claim is that it happens at all: one figure in the range confirms, and all outside refute. */
  anywhere?: boolean;
  /** The MTUs and numbers of pairs that the claim speaks of. */
  scope: { mtu: number[]; pairs: number[] };
}

export interface Claim {
  id: string;
  words: string;
  parts: Part[];
}
