/** How long `bench --help` takes, beside a Node that does nothing. */
import { median } from 'simple-statistics';
import { compareTimes, type Finding } from './finding.js';
import { alternate, runNode } from './time.js';

const REPEATS = 15;
const MOST = 3;

const milliseconds = (times: number[]): string => `${(median(times) * 1000).toFixed(0)} ms`;

export async function help(): Promise<Finding[]> {
  const { a, b } = await alternate(
    REPEATS,
    () => runNode(['dist/cli.js', '--help']).seconds,
    () => runNode(['-e', '0']).seconds,
  );
  const ratio = compareTimes(a, b);
  return [
    {
      what: 'bench --help',
      bench: milliseconds(a),
      against: `node -e 0: ${milliseconds(b)}`,
      ratio: ratio.text,
      limit: { text: `at most ${MOST} times`, met: ratio.value <= MOST },
    },
  ];
}
