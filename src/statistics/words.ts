/** Ratios and shares as text, the same in reports and on the terminal. */
import type { Ratio } from './ratio.js';

/** `is 1.17 × veth:bridge [1.12, 1.22], 5 blocks`; says why where there is no number or no interval. */
export function ratioWords(ratio: Ratio, base: string, unit: string): string {
  if (!ratio.estimable) {
    return ratio.zeros > 0
      ? `can't be compared with ${base}: ${ratio.zeros} ${ratio.zeros === 1 ? 'total is' : 'totals are'} 0`
      : `can't be compared with ${base}: no runs that belong together`;
  }
  const value = `is ${factor(ratio.ratio)} × ${base}`;
  if (!ratio.interval) return `${value} (measured once: no interval)`;
  return `${value} [${factor(ratio.interval.low)}, ${factor(ratio.interval.high)}], ${ratio.n} ${unit}`;
}

/** Three significant digits at least, so that 0.0123 does not become 0.01: `1.17`, `12.3`, `0.0123`. */
export function factor(value: number): string {
  return value >= 0.1 && value < 10 ? value.toFixed(2) : Number(value.toPrecision(3)).toString();
}

/** A share of 1: `31 %`, `0.4 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
