/**
 * How fast the tool is, each figure beside what it is compared with, in one run. A requirement that is not met is
 * marked `over`; the exit code tells only whether everything could be measured.
 */
import { loadavg } from 'node:os';
import { formatFindings, type Finding } from './finding.js';
import { goodput } from './goodput.js';
import { help } from './help.js';
import { nodes } from './nodes.js';
import { report } from './report.js';
import { runs } from './runs.js';
import { sampler } from './sampler.js';
import { setup } from './setup.js';

/** The light ones first. */
const PARTS: Record<string, () => Promise<Finding[]>> = {
  help,
  report,
  setup,
  runs,
  nodes,
  goodput,
  sampler,
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(PARTS, name));
if (unknown === undefined) {
  for (const name of asked.length > 0 ? asked : Object.keys(PARTS)) await measure(name);
} else {
  console.error(`A part is one of ${Object.keys(PARTS).join(', ')}, not ${unknown}`);
  process.exitCode = 2;
}

/** Measures one part and prints what it found, or why it broke. */
async function measure(name: string): Promise<void> {
  const begun = performance.now();
  const load = loadavg()[0]!.toFixed(1);
  try {
    const findings = await PARTS[name]!();
    const seconds = Math.round((performance.now() - begun) / 1000);
    console.log(`${name} (in ${seconds} s; load at the beginning ${load})\n${formatFindings(findings)}\n`);
  } catch (error) {
    console.error(`${name} broke:`, error);
    process.exitCode = 1;
  }
}
