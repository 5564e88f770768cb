import { ESLint } from 'eslint';
import { beforeAll, expect, test } from 'vitest';
import { CHECKOUT } from './bench.js';

let eslint: ESLint;

beforeAll(() => {
  eslint = new ESLint({ cwd: CHECKOUT });
});

/** The rules that a text breaks when it stands in a file of the project. */
async function broken(file: string, text: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(text, { filePath: `${CHECKOUT}/${file}` });
  return result!.messages.map(({ ruleId }) => ruleId);
}

test.each([
  ['a driver', 'src/drivers/registry.ts', 'the runner', '../runner/run.js'],
  ['a container', 'src/containers/netns.ts', 'the runner', '../runner/run.js'],
  ['traffic', 'src/traffic/options.ts', 'the runner', '../runner/run.js'],
  ['a probe', 'src/probes/pass.ts', 'the runner', '../runner/run.js'],
  ['statistics', 'src/statistics/describe.ts', 'a node', '../nodes/local.js'],
  ['a report', 'src/report/csv.ts', 'a node', '../nodes/local.js'],
  ['the runner', 'src/runner/run.ts', 'a report', '../report/csv.js'],
])('%s (%s) may not import %s (%s)', async (_who, file, _whom, path) => {
  expect(await broken(file, `import '${path}';\n`)).toContain('import-x/no-restricted-paths');
});

test.each([
  ['execa', 'src/runner/run.ts'],
  ['execa', 'src/cli.ts'],
  ['ssh2', 'src/commands/run.ts'],
  ['node:child_process', 'src/runner/run.ts'],
  ['node:child_process', 'src/nodes/local.ts'],
])('%s may not be imported in %s', async (name, file) => {
  expect(await broken(file, `import '${name}';\n`)).toContain('no-restricted-imports');
});

test('src/nodes may import execa', async () => {
  expect(await broken('src/nodes/local.ts', "import 'execa';\n")).toEqual([]);
});

test('modules may not import each other in a circle', async () => {
  const text = "import { formatRate } from './units.js';\nexport const rate = formatRate(1);\n";
  expect(await broken('src/failures.ts', text)).toEqual([]);
  const circle =
    "import { parseOverrides } from './scenario/overrides.js';\nexport const all = parseOverrides({});\n";
  expect(await broken('src/failures.ts', circle)).toContain('import-x/no-cycle');
});

test.each([
  ['no-restricted-properties', "process.stdout.write('text');\n"],
  ['no-restricted-properties', "process.stderr.write('text');\n"],
  ['no-console', "console.log('text');\n"],
])('a command may not write to the terminal (%s): %s', async (rule, text) => {
  expect(await broken('src/commands/run.ts', text)).toContain(rule);
});

test('progress may write to the terminal', async () => {
  expect(await broken('src/progress/live.ts', "process.stderr.write('text');\n")).toEqual([]);
});

test.each([
  ['max-lines-per-function', `export function long(): void {\n${'  JSON.stringify(1);\n'.repeat(61)}}\n`],
  ['max-lines', "JSON.stringify('text');\n".repeat(301)],
])('%s is an error', async (rule, text) => {
  expect(await broken('src/units.ts', text)).toContain(rule);
});
