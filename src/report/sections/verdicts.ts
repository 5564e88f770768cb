/** What the study claimed, and whether it held here. */
import { rangeWords } from '../../statistics/claims/figure.js';
import type { PartVerdict, Ruling, Verdict } from '../../statistics/claims/verdict.js';
import { groupBy } from '../../statistics/group.js';
import type { Block, Entry, Section, Table, Tone } from '../document.js';

const TONES: Record<Ruling, Tone> = {
  confirmed: 'good',
  refuted: 'bad',
  inconclusive: 'open',
  'not measured': 'open',
};

const MISSING = 'The claims also speak of what was not measured:';

/** The verdicts in a table; no section if no claim was asked about. */
export function verdicts(all: Verdict[]): Section[] {
  if (all.length === 0) return [];
  return [{ title: "The study's claims", blocks: [{ kind: 'table', table: verdictTable(all) }] }];
}

/** What the claims are made of, statement by statement, and what nobody measured. */
export function statements(all: Verdict[]): Section[] {
  if (all.length === 0) return [];
  const gaps = missing(all);
  const blocks: Block[] = [
    { kind: 'table', table: partTable(all) },
    {
      kind: 'text',
      text: 'Every comparison behind a verdict, with its figure and interval, is in claims.csv.',
    },
    ...(gaps.length > 0
      ? [{ kind: 'text', text: MISSING } as const, { kind: 'list', items: gaps } as const]
      : []),
  ];
  return [{ title: 'The claims, statement by statement', blocks }];
}

function verdictTable(all: Verdict[]): Table {
  return {
    caption:
      'Confirmed: every interval lies in the claimed range; refuted: one is disjoint from it. Where the claim is that ' +
      'something happens at all, one confirms it.',
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
    caption:
      'The statements in each claim; the range is that of the ratio, the difference, the share or the count that the ' +
      'statement is about, with its tolerance.',
    columns: ['Claim', 'Statement', 'Range', 'Verdict', 'Comparisons'].map((title) => ({ title })),
    rows: all.flatMap((verdict) =>
      verdict.parts.map((part): Entry[] => [
        { text: name(verdict) },
        { text: part.words },
        { text: rangeWords(part.kind, part.range) },
        ruling(part.ruling, verdict.inEmulation),
        { text: tally(part) },
      ]),
    ),
  };
}

/** What is missing, each once, with the claims that speak of it. */
function missing(all: Verdict[]): string[] {
  const gaps = all.flatMap((verdict) =>
    verdict.parts.flatMap((part) => part.missing.map((gap) => ({ gap, claim: name(verdict) }))),
  );
  return [...groupBy(gaps, ({ gap }) => gap)].map(
    ([gap, of]) => `${[...new Set(of.map(({ claim }) => claim))].join(', ')}: ${gap}`,
  );
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
