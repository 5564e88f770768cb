/**
 * Runs every tier of tests, one after another, and ends with what failed and one line that counts: `12 passed, 0 failed`.
 * As root or in CI nothing is left out; as an ordinary user the tiers are that need neither root nor more programs.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const isRoot = process.getuid() === 0;
const everything = isRoot || Boolean(process.env.CI);

const ROOTLESS = ['unit', 'cli', 'testbed'];
const TIERS = [...ROOTLESS, 'testbed-as-user', 'uml', 'browser'];

/** Writable by the ordinary user too. */
const folder = mkdtempSync(join(tmpdir(), 'bench-tests-'));
chmodSync(folder, 0o777);

/** The command that runs one project of vitest.config.js, its results written down as JSON. */
function vitest(project, resultsFile) {
  const options = [
    '--configLoader=native',
    '--passWithNoTests=false',
    '--reporter=default',
    '--reporter=json',
  ];
  return [
    'node_modules/.bin/vitest',
    'run',
    `--project=${project}`,
    ...options,
    `--outputFile.json=${resultsFile}`,
  ];
}

/** Runs one tier; its counts and what failed, or one failure if it could not say. */
function run(tier) {
  console.log(`\n=== ${tier} ===`);
  const results = join(folder, `${tier}.json`);
  const [command, ...args] =
    tier === 'testbed-as-user'
      ? ['sh', 'test/as-user.sh', ...vitest('testbed', results)]
      : vitest(tier, results);
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (!existsSync(results)) return { passed: 0, failed: 1, skipped: 0, failures: [`${tier}: no results`] };
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
    readFileSync(results, 'utf8'),
  );
  // a file that could not be loaded, or a hook, fails without a test of its own
  const failed = status === 0 ? numFailedTests : Math.max(numFailedTests, 1);
  const failures = testResults.flatMap(failuresIn);
  if (failed > failures.length) failures.push('something else than a test, see above');
  return {
    passed: numPassedTests,
    failed,
    skipped: numPendingTests,
    failures: failures.map((failure) => `${tier}: ${failure}`),
  };
}

/** What failed in a file of tests, each with the first lines of its reason; or why the file could not be loaded. */
function failuresIn({ name, status, message, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0 && status === 'failed')
    return [`${relative('', name)}\n${excerpt(message || 'a hook failed, see above')}`];
  return failed.map(
    ({ fullName, failureMessages }) =>
      `${relative('', name)} > ${fullName}\n${excerpt(failureMessages.join('\n'))}`,
  );
}

/** Enough of a reason to know where to look. */
const excerpt = (text) => stripVTControlCharacters(text).split('\n').slice(0, 6).join('\n').slice(0, 1000);

const tiers = everything ? TIERS : ROOTLESS;
const counts = tiers.map(run);
rmSync(folder, { recursive: true });

const total = (kind) => counts.reduce((sum, count) => sum + count[kind], 0);
const leftOut = TIERS.filter((tier) => !tiers.includes(tier));
console.log();
for (const failure of counts.flatMap(({ failures }) => failures)) console.log(`FAILED ${failure}\n`);
if (leftOut.length > 0) console.log(`Left out, for they need root or CI=true: ${leftOut.join(', ')}`);
console.log(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`);
process.exitCode = total('failed') > 0 ? 1 : 0;
