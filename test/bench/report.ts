/** How long a report from many runs takes, and how much memory. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from 'simple-statistics';
import { writeSyntheticExperiment } from '../report/fixture.js';
import { seconds, type Finding } from './finding.js';
import { inFolder } from './folder.js';
import { runNode } from './time.js';

const RUNS = 10_000;
const REPEATS = 3;
const MOST_SECONDS = 5;
const MOST_MEGABYTES = 500;

const PEAK_MEMORY = fileURLToPath(new URL('./peakMemory.js', import.meta.url));

export function report(): Promise<Finding[]> {
  return inFolder(async (folder) => {
    const results = join(folder, 'results');
    await writeSyntheticExperiment(results, RUNS);
    const reports = Array.from({ length: REPEATS }, () => render(results, join(folder, 'report')));
    const time = median(reports.map(({ seconds }) => seconds));
    const peak = Math.max(...reports.map(({ megabytes }) => megabytes));
    const what = `report from ${RUNS} runs`;
    return [
      {
        what: `${what}, time`,
        bench: seconds(time),
        limit: { text: `at most ${MOST_SECONDS} s`, met: time <= MOST_SECONDS },
      },
      {
        what: `${what}, peak memory`,
        bench: `${peak.toFixed(0)} MB`,
        limit: { text: `at most ${MOST_MEGABYTES} MB`, met: peak <= MOST_MEGABYTES },
      },
    ];
  });
}

function render(results: string, out: string): { seconds: number; megabytes: number } {
  const { seconds, stderr } = runNode([
    '--import',
    PEAK_MEMORY,
    'dist/cli.js',
    'report',
    results,
    '--out',
    out,
  ]);
  const kibibytes = Number(/^peak (\d+)$/m.exec(stderr)?.[1]);
  return { seconds, megabytes: (kibibytes * 1024) / 1e6 };
}
