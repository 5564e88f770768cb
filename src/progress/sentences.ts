/** What happened, in lines that stay on the screen or in a log. */
import type { RunRecord } from '../results/record.js';
import type { Cell } from '../scenario/scenario.js';
import { formatDuration, formatRate } from '../units.js';
import type { ProgressEvent } from './event.js';

/** A cell in one line: `veth:bridge, tcp, MTU 1500, 4 pairs`, and whatever departs from the usual. */
export function describeCell(cell: Cell): string {
  const words = [cell.driver, cell.protocol, `MTU ${cell.mtu}`, count(cell.pairs, 'pair')];
  if (cell.congestionControl) words.push(cell.congestionControl);
  if (cell.udpLength !== undefined && cell.udpLength !== 'fit') words.push(`${cell.udpLength} B datagrams`);
  if (cell.placement !== 'none') words.push(cell.placement);
  if (cell.method !== 'concurrent') words.push(cell.method);
  return words.join(', ');
}

/** The lines to keep of an event; none for those that only move the live display. */
export function sentences(event: ProgressEvent): string[] {
  switch (event.kind) {
    case 'experiment-started':
      return [
        `${event.id}: ${count(event.runs, 'run')}${alreadyDone(event.resumedRuns)}, ` +
          `about ${formatDuration(event.estimateSeconds)}, kept in ${event.folder}`,
      ];
    case 'note':
      return [event.level === 'warning' ? `warning: ${event.text}` : event.text];
    case 'run-finished':
      return [
        `[${event.done}/${event.runs}] ${describeCell(event.record.cell)}: ${outcome(event.record)}`,
        ...event.record.warnings.map((warning) => `  warning: ${warning}`),
      ];
    case 'experiment-finished':
      return [
        `${event.interrupted ? 'interrupted' : 'done'}: ${event.ok} ok, ${event.failed} failed, in ${event.folder}`,
      ];
    case 'run-started':
    case 'phase':
    case 'beat':
      return [];
  }
}

/** `1 run`, `2 runs`. */
function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function alreadyDone(resumedRuns: number): string {
  return resumedRuns > 0 ? `, ${resumedRuns} of them done already` : '';
}

function outcome(record: RunRecord): string {
  if (record.status === 'ok') return formatRate(record.measurement.throughput);
  return `failed (${record.failure.reason}): ${record.failure.message}`;
}
