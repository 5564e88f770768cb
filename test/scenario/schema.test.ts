import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { scenarioFileSchema } from '../../src/scenario/file.js';

const FOLDER = join(import.meta.dirname, '../../scenarios');
const SCHEMA = join(FOLDER, 'scenario.schema.json');

/** The schema for editors, as it is committed. */
async function generate(): Promise<string> {
  const schema = z.toJSONSchema(
    scenarioFileSchema((text) => text),
    { io: 'input' },
  );
  const described = { ...schema, title: 'A scenario of bench' };
  return format(JSON.stringify(described), { ...(await resolveConfig(SCHEMA)), parser: 'json' });
}

// After a change of the schema: npx vitest run test/scenario/schema.test.ts --update
test('the schema for editors is the one that files are checked with', async () => {
  await expect(await generate()).toMatchFileSnapshot(SCHEMA);
});

test('every key is described', async () => {
  const { properties } = JSON.parse(await generate()) as {
    properties: Record<string, { description?: string }>;
  };
  expect(Object.keys(properties)).toContain('udp_length');
  for (const [key, { description }] of Object.entries(properties))
    expect(description, key).toMatch(/\w+ \w+/);
});

test('packaged scenarios begin with the line that editors find the schema by', async () => {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.yaml'));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const text = await readFile(join(FOLDER, file), 'utf8');
    expect(text.split('\n')[0], file).toBe('# yaml-language-server: $schema=./scenario.schema.json');
  }
});
