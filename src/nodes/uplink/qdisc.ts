/** Queueing disciplines: from what `tc -j` prints to the words that make one. */
import type { Qdisc } from './state.js';

/** A child needs its parent. */
export function rootFirst(a: Qdisc, b: Qdisc): number {
  return Number(b.root ?? false) - Number(a.root ?? false);
}

/** How an option is given to `tc`; it prints rates in bytes per second and times in microseconds. */
type OptionWords = (value: unknown, options: Record<string, unknown>) => string[];

/** Per kind, every option that `tc -j` prints. Kinds of which it leaves some out (fq_codel) have no sure way back. */
const QDISC_OPTIONS: Record<string, Record<string, OptionWords>> = {
  noqueue: {},
  mq: {},
  clsact: {},
  ingress: {},
  pfifo_fast: { bands: none, priomap: none, multiqueue: none },
  pfifo: { limit: word('limit') },
  bfifo: { limit: word('limit') },
  tbf: { rate: word('rate', 'bps'), burst: burstWords, lat: word('latency', 'us') },
};

function word(name: string, unit = ''): OptionWords {
  return (value) => [name, `${String(value)}${unit}`];
}

function none(): string[] {
  return [];
}

/** `tc` turns a burst into whole microseconds at its rate, rounding down: half of one more gives the same again. */
function burstWords(burst: unknown, { rate }: Record<string, unknown>): string[] {
  return ['burst', `${String(Math.round(Number(burst) + Number(rate) / 2e6))}b`];
}

/** What makes a queueing discipline again; undefined if a word of it has no known way back. */
export function qdiscWords({ kind, handle, parent, root, options = {} }: Qdisc): string[] | undefined {
  const known = QDISC_OPTIONS[kind];
  if (!known || Object.keys(options).some((name) => !known[name])) return undefined;
  if (kind === 'clsact' || kind === 'ingress') return [kind];
  const words = Object.entries(options).flatMap(([name, value]) => known[name]?.(value, options) ?? []);
  return [...(root ? ['root'] : ['parent', parent ?? '']), 'handle', handle, kind, ...words];
}
