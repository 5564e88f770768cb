/** The rank test shown beside Welch's interval: it asks nothing of the distributions' shape. */
import { errorFunction, wilcoxonRankSum } from 'simple-statistics';

export interface MannWhitney {
  /** Pairs (one of each sample) in which A's value is the larger; ties count half. */
  u: number;
  /** Two-sided. */
  p: number;
  method: 'exact' | 'normal';
}

/** Above this many values on a side the normal approximation is as good and much cheaper. */
const EXACT_UP_TO = 30;

/** Exact for small samples without ties, else normal with tie and continuity correction. Undefined if a side is empty. */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitney | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  const u = wilcoxonRankSum([...a], [...b]) - (a.length * (a.length + 1)) / 2;
  const ties = tieSizes([...a, ...b]);
  const exact = ties.length === 0 && Math.max(a.length, b.length) <= EXACT_UP_TO;
  return exact
    ? { u, p: exactP(u, a.length, b.length), method: 'exact' }
    : { u, p: normalP(u, a.length, b.length, ties), method: 'normal' };
}

function tieSizes(values: number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
}

function exactP(u: number, m: number, n: number): number {
  const counts = arrangements(m, n);
  const tail = Math.min(u, m * n - u);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const inTail = counts.slice(0, tail + 1).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * inTail) / total);
}

/** How many orders of m and n values give each U: coefficients of the Gaussian binomial, Π (1 − x^(n+i)) / (1 − x^i). */
function arrangements(m: number, n: number): number[] {
  const counts = new Array<number>(m * n + 1).fill(0);
  counts[0] = 1;
  for (let i = 1; i <= m; i++) {
    for (let u = m * n; u >= n + i; u--) counts[u]! -= counts[u - n - i]!;
    for (let u = i; u <= m * n; u++) counts[u]! += counts[u - i]!;
  }
  return counts;
}

function normalP(u: number, m: number, n: number, ties: number[]): number {
  const all = m + n;
  const tied = ties.reduce((sum, size) => sum + size ** 3 - size, 0);
  const variance = ((m * n) / 12) * (all + 1 - tied / (all * (all - 1)));
  if (variance === 0) return 1;
  const z = Math.max(0, Math.abs(u - (m * n) / 2) - 0.5) / Math.sqrt(variance);
  return 1 - errorFunction(z / Math.SQRT2);
}
