/** Helps tests of scenarios: a small world of drivers, files in a temporary folder, and what a refusal says. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { BenchError, type Failure } from '../../src/failures.js';
import type { CanonicalDriver } from '../../src/scenario/file.js';
import { loadScenario, type ScenarioRequest } from '../../src/scenario/load.js';
import type { Scenario } from '../../src/scenario/scenario.js';

const DRIVERS = new Map([
  ['host', 'host'],
  ['veth', 'veth:bridge'],
  ['veth:bridge', 'veth:bridge'],
  ['macvlan', 'macvlan:bridge'],
  ['macvlan:bridge', 'macvlan:bridge'],
  ['ipvlan:l3', 'ipvlan:l3'],
]);

export const canonicalDriver: CanonicalDriver = (text) =>
  DRIVERS.get(text) ?? { problem: `nobody knows ${text}` };

/** Loads with the drivers above. */
export const load = (nameOrPath: string, request: Partial<ScenarioRequest> = {}): Promise<Scenario> =>
  loadScenario({ nameOrPath, canonicalDriver, ...request });

/** Writes a scenario file to a folder that goes away with the test, and gives its path. */
export async function scenarioFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-scenario-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'mine.yaml');
  await writeFile(path, text);
  return path;
}

/** The failure that something ends in. Anything else is thrown on. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof BenchError) return error.failure;
    throw error;
  }
  throw new Error('it did not fail');
}

/** The parts of a scenario file that must be there, with more lines. */
export const minimal = (more = '', protocol = 'tcp'): string =>
  `name: mine\ntopology: local\nprotocol: ${protocol}\n${more}`;
