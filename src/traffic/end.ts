/** The end of a run's traffic: clients stop, servers read what still lies unread, and then clients are told to end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Testbed } from '../nodes/testbed.js';
import type { FlowProcesses, Meter } from '../probes/meter.js';
import { CLOCK_STEP, type Sampler } from '../probes/sampler.js';

/** Servers that still read after so many seconds are left to it: what they read is missing in their reports. */
const UNREAD_SECONDS = 3;

/**
 * Ends clients so that servers count all that arrived: an iperf3 server drops what it has not read when its client ends.
 * Resolves to the seconds that clients were stopped before they ended.
 */
export async function endClients(
  testbed: Testbed,
  sampler: Sampler,
  meter: Meter,
  flows: FlowProcesses[],
): Promise<number> {
  const clients = flows.map(({ client }) => client).join(' ');
  const stoppedAt = await stamp(testbed, `kill -STOP ${clients} 2>/dev/null`);
  await untilRead(testbed, sampler, meter, flows, stoppedAt + UNREAD_SECONDS);
  const endedAt = await stamp(
    testbed,
    `kill -TERM ${clients} 2>/dev/null; kill -CONT ${clients} 2>/dev/null`,
  );
  return endedAt - stoppedAt;
}

/** Runs a script; the testbed's clock, in seconds, when it began. */
async function stamp(testbed: Testbed, script: string): Promise<number> {
  const { output } = await testbed.run(`read -r now _ </proc/uptime; ${script}; echo "at $now"`);
  return Number(/^at ([\d.]+)$/m.exec(output)?.[1]);
}

/** Waits until nothing more arrives and no server has work left. */
async function untilRead(
  testbed: Testbed,
  sampler: Sampler,
  meter: Meter,
  flows: FlowProcesses[],
  deadline: number,
): Promise<void> {
  for (let last: number | undefined; ;) {
    const pass = await sampler.pass('beat');
    const bytes = meter.totalBytes(pass, flows);
    if (pass.end > deadline || (bytes === last && !(await anyRuns(testbed, flows)))) return;
    last = bytes;
    await sleep(CLOCK_STEP * 1000);
  }
}

/** Whether a thread of any server is running, or waits for a CPU. */
async function anyRuns(testbed: Testbed, flows: FlowProcesses[]): Promise<boolean> {
  const tasks = flows.map(({ server }) => `/proc/${server}/task/*/stat`).join(' ');
  return (await testbed.run(`grep -qsE '\\) [RD] ' ${tasks}`)).code === 0;
}
