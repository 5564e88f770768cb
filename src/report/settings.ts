/** Cells of an experiment sorted into settings: everything but driver, MTU and pairs, which one chart shows together. */
import type { ExperimentHeader } from '../results/record.js';
import type { Cell, Scenario } from '../scenario/scenario.js';
import type { CellSummary } from '../statistics/cells.js';
import { groupBy } from '../statistics/group.js';

export interface Setting {
  header: ExperimentHeader;
  /** The experiment's title, and what tells this setting from its others. */
  title: string;
  /** Beginning of its charts' names: letters, digits and dashes. */
  id: string;
  method: Cell['method'];
  cells: CellSummary[];
}

/** An experiment's settings in the order of its cells. */
export function settingsOf(header: ExperimentHeader, title: string, summaries: CellSummary[]): Setting[] {
  const groups = groupBy(summaries, ({ cell }) => traits(cell, header.scenario).join(', '));
  return [...groups].map(([key, cells]) => {
    const full = key ? `${title}, ${key}` : title;
    return { header, title: full, id: slug(full), method: cells[0]!.cell.method, cells };
  });
}

/** What is said of a cell where the scenario has several values of a factor. */
function traits({ method, placement, congestionControl, udpLength }: Cell, scenario: Scenario): string[] {
  return [
    method === 'concurrent' ? '' : `method ${method}`,
    scenario.placement.length > 1 ? `CPU placement ${placement}` : '',
    scenario.congestionControl.length > 1 ? (congestionControl ?? '') : '',
    scenario.udpLength.length > 1 || typeof udpLength === 'number' ? datagramWords(udpLength) : '',
  ].filter((trait) => trait !== '');
}

/** `datagrams of 8192 bytes`; for TCP the empty string. */
export function datagramWords(length: Cell['udpLength']): string {
  if (length === undefined) return '';
  return length === 'fit' ? 'datagrams that fit the MTU' : `datagrams of ${length} bytes`;
}

/** Letters, digits and single dashes: safe as a file's name and as an element's id. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
