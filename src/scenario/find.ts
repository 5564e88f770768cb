/** Where scenarios are: those that come with the package, by name, and anyone's own, by path. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../failures.js';
import { didYouMean } from './suggest.js';

const PACKAGED = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const SUFFIX = '.yaml';

/** Names of the packaged scenarios, sorted. */
export async function packagedScenarios(): Promise<string[]> {
  const files = await readdir(PACKAGED);
  return files
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

/**
 * The path and text of a scenario: a packaged one's name, or a path (anything with a slash, or that ends in .yaml
 * or .yml). Fails with 'scenario' if there is none.
 */
export async function findScenario(nameOrPath: string): Promise<{ path: string; text: string }> {
  const isPath = nameOrPath.includes('/') || /\.ya?ml$/.test(nameOrPath);
  if (!isPath) await requirePackaged(nameOrPath);
  const path = isPath ? nameOrPath : join(PACKAGED, nameOrPath + SUFFIX);
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (error) {
    return fail('scenario', `The scenario ${path} can't be read: ${(error as Error).message}`);
  }
}

async function requirePackaged(name: string): Promise<void> {
  const names = await packagedScenarios();
  if (names.includes(name)) return;
  const known = `There are ${names.join(', ')}${didYouMean(name, names) || '.'}`;
  fail(
    'scenario',
    `There is no scenario ${name}. ${known} A scenario of your own is given by path: ./${name}.yaml`,
  );
}
