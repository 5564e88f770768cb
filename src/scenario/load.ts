/** A scenario's name or path, a profile and flags in; a complete scenario, or every mistake, out. */
import { fail } from '../failures.js';
import {
  factorsSchema,
  scenarioFileSchema,
  type CanonicalDriver,
  type Factors,
  type ScenarioFile,
} from './file.js';
import { findScenario } from './find.js';
import { mistakesOf, type Mistake, type Path } from './mistakes.js';
import { parseOverrides, refuseFlags, type Overrides } from './overrides.js';
import { resolve, type Layer } from './resolve.js';
import type { Scenario } from './scenario.js';
import { readSource, type Source } from './source.js';
import { didYouMean } from './suggest.js';

export interface ScenarioRequest {
  /** A packaged scenario's name, or the path of a YAML file. */
  nameOrPath: string;
  profile?: string | undefined;
  overrides?: Overrides;
  canonicalDriver: CanonicalDriver;
}

/** Loads a scenario. Mistakes in the file fail with 'scenario', those in flags with 'usage'; all of them at once. */
export async function loadScenario(request: ScenarioRequest): Promise<Scenario> {
  const { nameOrPath, profile, canonicalDriver, overrides = parseOverrides({}) } = request;
  const { path, text } = await findScenario(nameOrPath);
  const source = readSource(path, text);
  const file = checkFile(source, canonicalDriver);
  const top: Layer = { factors: file.factors, refuse: source.refuse };
  const chosen = profile === undefined ? [] : [profileLayer(file, profile, source)];
  const flags: Layer = {
    factors: checkFlags(overrides, file, canonicalDriver),
    refuse: (mistakes) => refuseFlags(overrides, mistakes),
  };
  const scenario = resolve(file, [top, ...chosen, flags], canonicalDriver);
  return profile === undefined ? scenario : { ...scenario, profile };
}

function checkFile({ value, refuse }: Source, canonical: CanonicalDriver): ScenarioFile {
  const { data, error } = scenarioFileSchema(canonical).safeParse(value);
  const mistakes = [...(error ? mistakesOf(error) : []), ...foreignKeys(value)];
  return data && mistakes.length === 0 ? data : refuse(mistakes);
}

function checkFlags(overrides: Overrides, { protocol }: ScenarioFile, canonical: CanonicalDriver): Factors {
  const { data, error } = factorsSchema(canonical).safeParse(overrides.values);
  const mistakes = [...(error ? mistakesOf(error) : []), ...foreignKey(protocol, overrides.values, [])];
  return data && mistakes.length === 0 ? data : refuseFlags(overrides, mistakes);
}

/** The other protocol's factor in a file or its profiles, which need not be right otherwise. */
function foreignKeys(file: unknown): Mistake[] {
  if (!isMapping(file)) return [];
  const profiles = isMapping(file['profiles']) ? Object.entries(file['profiles']) : [];
  return [
    ...foreignKey(file['protocol'], file, []),
    ...profiles.flatMap(([name, profile]) => foreignKey(file['protocol'], profile, ['profiles', name])),
  ];
}

function foreignKey(protocol: unknown, layer: unknown, above: Path): Mistake[] {
  const key = { tcp: 'udp_length', udp: 'congestion_control' }[String(protocol)];
  if (!key || !isMapping(layer) || !(key in layer)) return [];
  return [
    { path: [...above, key], onKey: true, problem: `does not apply to ${String(protocol)}: leave it out` },
  ];
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function profileLayer({ name, profiles }: ScenarioFile, profile: string, { refuse }: Source): Layer {
  const factors = profiles.get(profile);
  const names = [...profiles.keys()];
  if (!factors) {
    const known = names.length > 0 ? `it has ${names.join(', ')}` : 'it has none';
    return fail(
      'usage',
      `The scenario ${name} has no profile ${profile}: ${known}${didYouMean(profile, names)}`,
    );
  }
  const below = (mistake: Mistake): Mistake => ({ ...mistake, path: ['profiles', profile, ...mistake.path] });
  return { factors, refuse: (mistakes) => refuse(mistakes.map(below)) };
}
