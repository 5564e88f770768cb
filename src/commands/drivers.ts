/** `bench drivers`: every driver and variant, what it needs, and whether this machine can measure it. */
import type { Driver, Requirement, Variant } from '../drivers/driver.js';
import { DRIVERS } from '../drivers/registry.js';
import type { Node } from '../nodes/node.js';
import { requirementsMet } from '../probes/doctor/requirements.js';
import type { DriverId } from '../scenario/scenario.js';
import type { CommandResult } from './result.js';

export interface DriversOptions {
  node: Node;
  /** Answer `{ drivers: DriverRow[] }` as JSON in place of lines for people. */
  json: boolean;
}

export interface DriverRow {
  id: DriverId;
  /** Its driver's name. */
  driver: string;
  /** Kinds of link and tools. */
  needs: string[];
  /** Whether this machine has them, or what is missing. */
  available: true | string;
  /** Whether pairs on one node can be measured, or why not. */
  measurable: true | string;
  limit?: { pairs: number; because: string };
}

export async function drivers({ node, json }: DriversOptions): Promise<CommandResult> {
  const wanted = DRIVERS.flatMap((driver) =>
    driver.variants.map((variant) => ({ driver, variant, needs: driver.requirements(variant) })),
  );
  const met = await requirementsMet(
    node,
    wanted.map(({ needs }) => needs),
  );
  const rows = wanted.map((one, at) => rowOf(one, met[at]!));
  return { text: json ? JSON.stringify({ drivers: rows }, null, 2) : describe(rows), exitCode: 0 };
}

interface Wanted {
  driver: Driver;
  variant: Variant;
  needs: Requirement[];
}

function rowOf({ driver, variant, needs }: Wanted, available: true | string): DriverRow {
  const limit = driver.pairLimit?.(variant, 'local');
  return {
    id: variant.id,
    driver: driver.name,
    needs: needs.map(nameOf),
    available,
    measurable: variant.measurable.local,
    ...(limit ? { limit } : {}),
  };
}

const nameOf = (requirement: Requirement): string =>
  requirement.kind === 'link-type' ? requirement.linkType : requirement.option;

/** A paragraph for each driver, a line for each variant. */
function describe(rows: DriverRow[]): string {
  const width = Math.max(...rows.map(({ id }) => id.length));
  const paragraphs = DRIVERS.map(({ name, summary }) => {
    const own = rows.filter(({ driver }) => driver === name);
    return [`${name}: ${summary}`, ...own.map((row) => `  ${row.id.padEnd(width)}  ${verdict(row)}`)].join(
      '\n',
    );
  });
  return paragraphs.join('\n\n');
}

function verdict({ needs, available, measurable, limit }: DriverRow): string {
  if (measurable !== true) return `not measurable on one node: ${measurable}`;
  if (available !== true) return `unavailable: ${available}`;
  return [
    needs.length > 0 ? `available (${needs.join(', ')})` : 'available',
    ...(limit ? [`up to ${limit.pairs} pairs: ${limit.because}`] : []),
  ].join(', ');
}
