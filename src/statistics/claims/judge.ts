/** Holds the claims against what was measured. */
import type { Method } from '../../scenario/scenario.js';
import { describeStratum } from '../../scenario/cells.js';
import type { Measured } from '../cells.js';
import type { Interval } from '../describe.js';
import { holmAdjusted } from '../holm.js';
import { positionOf } from '../range.js';
import type { Ratio } from '../ratio.js';
import { factor, ratioWords } from '../words.js';
import type { Claim, Comparison, Part } from './claim.js';
import { evidenceOf, whyMissing, type Evidence } from './evidence.js';
import { LOCAL_CLAIMS } from './local.js';
import type { Finding, PartVerdict, Ruling, Verdict } from './verdict.js';

/** Every claim that can be judged; a new family is one more table. */
export const CLAIMS: readonly Claim[] = [...LOCAL_CLAIMS];

export interface JudgeInput {
  /** Experiments of comparable machines, with the records that count. */
  experiments: readonly Measured[];
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
  const judged = parts.map((part) => judgePart(part, evidence));
  return {
    id,
    claim: words,
    method,
    ruling: together(judged.map(({ ruling }) => ruling)),
    summary: summarize(judged),
    parts: judged,
    inEmulation: evidence.some(({ header }) => header.emulated),
  };
}

function judgePart({ words, measure, range, tolerance = 0, scope }: Part, evidence: Evidence): PartVerdict {
  const tolerated = { low: range.low * (1 - tolerance), high: range.high * (1 + tolerance) };
  const comparisons = measure.compare(evidence).filter(({ ratio }) => ratio.n > 0);
  const ratios = holmAdjusted(
    comparisons.map(({ ratio }) => ratio),
    (interval) => positionOf(interval, tolerated) !== 'across',
  );
  const findings = comparisons.map((comparison, index) => finding(comparison, ratios[index]!, tolerated));
  const absent = measure.needs.flatMap((need) => whyMissing(evidence, need) ?? []);
  return {
    words,
    ruling: together(findings.map(({ ruling }) => ruling)),
    range: tolerated,
    findings,
    missing: absent.length > 0 ? absent : outOfScope(findings, scope),
  };
}

function finding({ cell, subject, base, unit, note }: Comparison, ratio: Ratio, range: Interval): Finding {
  const { driver: _driver, ...stratum } = cell;
  const words = [
    `${subject} ${ratioWords(ratio, base, unit)}`,
    describeStratum(stratum),
    ...(note ? [note] : []),
  ];
  return { stratum, ratio, ruling: rulingOf(ratio, range), text: words.join(', ') };
}

function rulingOf(ratio: Ratio, range: Interval): Ruling {
  if (!ratio.estimable) return 'not measured';
  if (!ratio.interval) return 'inconclusive';
  return ({ inside: 'confirmed', outside: 'refuted', across: 'inconclusive' } as const)[
    positionOf(ratio.interval, range)
  ];
}

/** Of statements that must all hold. */
function together(rulings: Ruling[]): Ruling {
  if (rulings.every((ruling) => ruling === 'not measured')) return 'not measured';
  if (rulings.includes('refuted')) return 'refuted';
  return rulings.every((ruling) => ruling === 'confirmed') ? 'confirmed' : 'inconclusive';
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
  const ratios = findings.flatMap(({ ratio }) => (ratio.estimable ? [ratio.ratio] : []));
  if (ratios.length === 0) return [...new Set(parts.flatMap((part) => part.missing))].join('; ');
  const count = (ruling: Ruling) => findings.filter((finding) => finding.ruling === ruling).length;
  const counts = `${count('confirmed')} confirm, ${count('refuted')} refute, ${count('inconclusive')} are inconclusive`;
  return `of ${findings.length} comparisons ${counts}; the ratios span ${factor(Math.min(...ratios))} to ${factor(Math.max(...ratios))}`;
}
