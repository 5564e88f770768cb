/** What the study claimed, and whether it held here. */
import type { PartVerdict, Ruling, Verdict } from '../../statistics/claims/verdict.js';
import { factor } from '../../statistics/words.js';
import type { Block, Entry, Section, Table, Tone } from '../document.js';

const TONES: Record<Ruling, Tone> = {
  confirmed: 'good',
  refuted: 'bad',
  inconclusive: 'open',
  'not measured': 'open',
};

/** The verdicts in a table; no section if no claim was asked about. */
export function verdicts(all: Verdict[]): Section[] {
  if (all.length === 0) return [];
  return [{ title: "The study's claims", blocks: [{ kind: 'table', table: verdictTable(all) }] }];
}

/** What the claims are made of, statement by statement. */
export function statements(all: Verdict[]): Section[] {
  if (all.length === 0) return [];
  const blocks: Block[] = [
    { kind: 'table', table: partTable(all) },
    {
      kind: 'text',
      text: 'Every comparison behind a verdict, with its ratio and interval, is in claims.csv.',
    },
  ];
  return [{ title: 'The claims, statement by statement', blocks }];
}

function verdictTable(all: Verdict[]): Table {
  return {
    caption: 'Confirmed: every interval lies in the claimed range; refuted: one is disjoint from it.',
    columns: ['Claim', 'The study says', 'Verdict', 'Because'].map((title) => ({ title })),
    rows: all.map((verdict): Entry[] => [
      { text: name(verdict) },
      { text: verdict.claim },
      ruling(verdict.ruling, verdict.inEmulation),
      { text: verdict.summary },
    ]),
  };
}

function partTable(all: Verdict[]): Table {
  return {
    caption: 'The statements in each claim; the range is that of the ratio, with its tolerance.',
    columns: ['Claim', 'Statement', 'Range', 'Verdict', 'Comparisons', 'Not measured'].map((title) => ({
      title,
    })),
    rows: all.flatMap((verdict) =>
      verdict.parts.map((part): Entry[] => [
        { text: name(verdict) },
        { text: part.words },
        { text: range(part) },
        ruling(part.ruling, verdict.inEmulation),
        { text: tally(part) },
        { text: [...new Set(part.missing)].join('; ') || 'nothing missing' },
      ]),
    ),
  };
}

/** A verdict in a line, for a terminal. */
export function verdictSentence(verdict: Verdict): string {
  return `${name(verdict)} ${ruling(verdict.ruling, verdict.inEmulation).text}: ${verdict.summary}.`;
}

function name({ id, method }: Verdict): string {
  return method === 'concurrent' ? id : `${id}, method ${method}`;
}

function ruling(word: Ruling, inEmulation: boolean): Entry {
  return { text: inEmulation && word !== 'not measured' ? `${word} in emulation` : word, tone: TONES[word] };
}

function range({ range: { low, high } }: PartVerdict): string {
  if (high === Infinity) return `above ${factor(low)}`;
  return low <= 0 ? `below ${factor(high)}` : `${factor(low)} to ${factor(high)}`;
}

/** `12 confirmed, 2 inconclusive`. */
function tally({ findings }: PartVerdict): string {
  const words = (Object.keys(TONES) as Ruling[]).map(
    (word) => [findings.filter((f) => f.ruling === word).length, word] as const,
  );
  return (
    words
      .filter(([n]) => n > 0)
      .map(([n, word]) => `${n} ${word}`)
      .join(', ') || 'none'
  );
}
