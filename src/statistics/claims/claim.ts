/** What a published claim is, as data: its words, and the ratios that it says something about. */
import type { Cell } from '../../scenario/scenario.js';
import type { Interval } from '../describe.js';
import type { Ratio } from '../ratio.js';
import type { Evidence, Selection } from './evidence.js';

/** A ratio that bears on a claim, and the words around it. */
export interface Comparison {
  /** The subject's cell. */
  cell: Cell;
  /** What is how many times what: `macvlan:bridge`, `veth:bridge`. */
  subject: string;
  base: string;
  ratio: Ratio;
  /** What `ratio.n` counts: `blocks`. */
  unit: string;
  /** More that belongs beside it, as `31 % of datagrams lost`. */
  note?: string;
}

/** How the ratios of a part are made. */
export interface Measure {
  /** What must have been measured, said one by one where it is missing. */
  needs: Selection[];
  compare: (evidence: Evidence) => Comparison[];
}

export interface Part {
  words: string;
  measure: Measure;
  /** The claimed range of every ratio. */
  range: Interval;
  /** By which the range is widened at both ends, as a fraction; none for a mere order. */
  tolerance?: number;
  /** The MTUs and numbers of pairs that the claim speaks of. */
  scope: { mtu: number[]; pairs: number[] };
}

export interface Claim {
  id: string;
  words: string;
  parts: Part[];
}
