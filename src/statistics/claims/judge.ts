/** Holds the claims against what was measured. */
import type { Method } from '../../scenario/scenario.js';
import { describeStratum } from '../../scenario/cells.js';
import type { Interval } from '../describe.js';
import { holmCoverages } from '../holm.js';
import { positionOf } from '../range.js';
import type { Claim, Comparison, Part } from './claim.js';
import { bears, evidenceOf, whyMissing, type Attempted, type Evidence } from './evidence.js';
import { atCoverage, figureWords, intervalOf, sizeOf, spanWords, valueOf, type Figure } from './figure.js';
import { LOCAL_CLAIMS } from './local.js';
import { SWITCHED_CLAIMS } from './switched.js';
import type { Finding, PartVerdict, Ruling, Verdict } from './verdict.js';

/** Every claim that can be judged; a new family is one more table. */
export const CLAIMS: readonly Claim[] = [...LOCAL_CLAIMS, ...SWITCHED_CLAIMS];

/** What a summary says of what is missing; the statements say the rest. */
const MISSING_SHOWN = 2;

export interface JudgeInput {
  /** Experiments of comparable machines. */
  experiments: readonly Attempted[];
  /** Which way of making figures is judged; `concurrent` unless given. */
  method?: Method;
}

/** Judges the claims that any of the experiments' scenarios says it can speak to. */
export function judgeClaims({ experiments, method = 'concurrent' }: JudgeInput): Verdict[] {
  const asked = new Set(experiments.flatMap(({ header }) => header.scenario.claims));
  const evidence = evidenceOf(experiments, method);
  return CLAIMS.filter(({ id }) => asked.has(id)).map((claim) => judge(claim, evidence, method));
}

function judge({ id, words, parts }: Claim, evidence: Evidence, method: Method): Verdict {
  const findings = findingsOf(parts, evidence);
  const judged = parts.map((part) => judgePart(part, findings.get(part)!, evidence));
  const needs = parts.flatMap(({ measure }) => measure.needs);
  const bearing = evidence.filter((source) => needs.some((need) => bears(source, need)));
  return {
    id,
    claim: words,
    method,
    ruling: together(judged.map(({ ruling }) => ruling)),
    summary: summarize(judged),
    parts: judged,
    inEmulation: bearing.some(({ header }) => header.emulated),
  };
}

/** What each part of a claim rests on; intervals are adjusted over all of them. */
function findingsOf(parts: readonly Part[], evidence: Evidence): Map<Part, Finding[]> {
  const compared = parts.flatMap((part) =>
    part.measure
      .compare(evidence)
      .filter(({ figure }) => sizeOf(figure) > 0)
      .map((comparison) => ({ part, comparison, range: tolerated(part) })),
  );
  const coverages = holmCoverages(
    compared,
    ({ comparison }, coverage) => intervalOf(atCoverage(comparison.figure, coverage)),
    (interval, { range }) => positionOf(interval, range) !== 'across',
  );
  const findings = new Map<Part, Finding[]>(parts.map((part) => [part, []]));
  compared.forEach(({ part, comparison, range }, index) =>
    findings.get(part)!.push(finding(comparison, coverages[index]!, range)),
  );
  return findings;
}

function tolerated({ range: { low, high }, tolerance = 0 }: Part): Interval {
  return { low: low * (1 - tolerance), high: high * (1 + tolerance) };
}

function finding({ cell, figure, note }: Comparison, coverage: number, range: Interval): Finding {
  const { driver: _driver, ...stratum } = cell;
  const adjusted = atCoverage(figure, coverage);
  const words = [figureWords(adjusted), describeStratum(stratum), ...(note ? [note] : [])];
  return { stratum, figure: adjusted, ruling: rulingOf(adjusted, range), text: words.join(', ') };
}

function rulingOf(figure: Figure, range: Interval): Ruling {
  if (valueOf(figure) === undefined) return 'not measured';
  const interval = intervalOf(figure);
  if (!interval) return 'inconclusive';
  return ({ inside: 'confirmed', outside: 'refuted', across: 'inconclusive' } as const)[
    positionOf(interval, range)
  ];
}

function judgePart(part: Part, findings: Finding[], evidence: Evidence): PartVerdict {
  const { words, measure, anywhere, scope } = part;
  const rulings = findings.map(({ ruling }) => ruling);
  const absent = measure.needs.flatMap((need) => whyMissing(evidence, need) ?? []);
  const lacking = absent.length > 0 ? absent : (measure.lacks?.(evidence) ?? []);
  return {
    words,
    ruling: anywhere ? opposite(together(rulings.map(opposite))) : together(rulings),
    kind: measure.kind,
    range: tolerated(part),
    findings,
    missing: lacking.length > 0 ? lacking : outOfScope(findings, scope),
  };
}

/** Of statements that must all hold. */
function together(rulings: Ruling[]): Ruling {
  if (rulings.every((ruling) => ruling === 'not measured')) return 'not measured';
  if (rulings.includes('refuted')) return 'refuted';
  return rulings.every((ruling) => ruling === 'confirmed') ? 'confirmed' : 'inconclusive';
}

/** Of the contrary statement. */
function opposite(ruling: Ruling): Ruling {
  if (ruling === 'confirmed') return 'refuted';
  return ruling === 'refuted' ? 'confirmed' : ruling;
}

function outOfScope(findings: Finding[], { mtu, pairs }: Part['scope']): string[] {
  const measured = findings.filter(({ ruling }) => ruling !== 'not measured').map(({ stratum }) => stratum);
  const mtuLeft = mtu.filter((value) => !measured.some((stratum) => stratum.mtu === value));
  const pairsLeft = pairs.filter((value) => !measured.some((stratum) => stratum.pairs === value));
  return [
    ...(mtuLeft.length > 0 ? [`MTU ${mtuLeft.join(', ')}`] : []),
    ...(pairsLeft.length > 0 ? [`${pairsLeft.join(', ')} pairs`] : []),
  ];
}

/** `of 16 comparisons 12 confirm, 2 refute, 2 are inconclusive; the ratios span 1.12 to 1.45`. */
function summarize(parts: PartVerdict[]): string {
  const findings = parts.flatMap((part) => part.findings);
  const spans = spanWords(findings.map(({ figure }) => figure));
  if (spans.length === 0) return missingWords([...new Set(parts.flatMap((part) => part.missing))]);
  const count = (ruling: Ruling) => findings.filter((finding) => finding.ruling === ruling).length;
  const counts = `${count('confirmed')} confirm, ${count('refuted')} refute, ${count('inconclusive')} are inconclusive`;
  return [`of ${findings.length} comparisons ${counts}`, ...spans].join('; ');
}

function missingWords(missing: string[]): string {
  const rest = missing.length - MISSING_SHOWN;
  return [...missing.slice(0, MISSING_SHOWN), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}
