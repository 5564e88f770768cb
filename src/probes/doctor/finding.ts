/** What doctor says of one thing. */

/** `fail`: what was asked for can't run; `warn`: it runs, and the figures have to be read with care. */
export type Level = 'ok' | 'warn' | 'fail';

export interface Finding {
  level: Level;
  /** What was looked at: `iperf3`, `SMT`. */
  check: string;
  /** What was found, and what it means for the measurement. */
  means: string;
  /** The exact command that mends it, if one does. */
  mend?: string;
}

/** Writes findings as lines for people. */
export function formatFindings(findings: Finding[]): string {
  return findings.map(formatFinding).join('\n');
}

function formatFinding({ level, check, means, mend }: Finding): string {
  const line = `${level.padEnd(4)}  ${check}: ${means}`;
  return mend === undefined ? line : `${line}\n      mend: ${mend}`;
}
