/** The end of a run's traffic: clients stop, servers read what still lies unread, and then clients are told to end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Testbed } from '../nodes/testbed.js';
import { nodeOf, onEachNode, pidOf, type ProcessId } from '../nodes/process.js';
import type { FlowProcesses, Meter } from '../probes/meter.js';
import { CLOCK_STEP } from '../probes/sampler.js';
import type { Sampler } from '../probes/samplers.js';
import { pidList } from './programs.js';

/** Servers that still read after so many seconds are left to it: what they read is missing in their reports. */
const UNREAD_SECONDS = 3;

/**
 * Ends clients so that servers count all that arrived: an iperf3 server drops what it has not read when its client ends.
 * A client that somebody else has stopped is left so: it hangs. Resolves to the seconds that clients were stopped before
 * they ended.
 */
export async function endClients(
  testbeds: Testbed[],
  sampler: Sampler,
  meter: Meter,
  flows: FlowProcesses[],
): Promise<number> {
  const clients = flows.map(({ client }) => client);
  const hanging = new Set(await inState(testbeds, clients, 'T'));
  const moving = clients.filter((client) => !hanging.has(client));
  const stoppedAt = await stamp(testbeds, moving, (pids) => `kill -STOP ${pids} 2>/dev/null`);
  await untilRead(testbeds, sampler, meter, flows);
  const end = (pids: string): string => `kill -TERM ${pids} 2>/dev/null; kill -CONT ${pids} 2>/dev/null`;
  const endedAt = await stamp(testbeds, moving, end);
  return Math.max(0, ...endedAt.map((moment, at) => moment - stoppedAt[at]!));
}

/** Runs a script for each node's processes; each node's own clock, in seconds, when it began. */
function stamp(
  testbeds: Testbed[],
  processes: ProcessId[],
  script: (pids: string) => string,
): Promise<number[]> {
  return onEachNode(processes, nodeOf, async (node, here) => {
    const { output } = await testbeds[node]!.run(
      `read -r now _ </proc/uptime; ${script(pidList(here))}; echo "at $now"`,
    );
    return [Number(/^at ([\d.]+)$/m.exec(output)?.[1])];
  });
}

/** Waits until nothing more arrives and no server has work left, or for as long as is worth it. */
async function untilRead(
  testbeds: Testbed[],
  sampler: Sampler,
  meter: Meter,
  flows: FlowProcesses[],
): Promise<void> {
  const first = await sampler.pass('beat');
  for (let last = meter.totalBytes(first, flows); ;) {
    await sleep(CLOCK_STEP * 1000);
    const pass = await sampler.pass('beat');
    const bytes = meter.totalBytes(pass, flows);
    if (pass.end - first.begin > UNREAD_SECONDS) return;
    if (bytes === last && !(await anyRuns(testbeds, flows))) return;
    last = bytes;
  }
}

/** Whether a thread of any server is running, or waits for a CPU. */
async function anyRuns(testbeds: Testbed[], flows: FlowProcesses[]): Promise<boolean> {
  const servers = flows.map(({ server }) => server);
  return (await inState(testbeds, servers, 'RD')).length > 0;
}

/** Those of some processes that have a thread in one of the states, by their letters in /proc/<pid>/stat. */
function inState(testbeds: Testbed[], processes: ProcessId[], states: string): Promise<ProcessId[]> {
  return onEachNode(processes, nodeOf, async (node, here) => {
    const tasks = here.map((process) => `/proc/${pidOf(process)}/task/*/stat`).join(' ');
    const { output } = await testbeds[node]!.run(`grep -lsE '[)] [${states}] ' ${tasks} || true`);
    const found = new Set([...output.matchAll(/^\/proc\/(\d+)\//gm)].map(([, pid]) => Number(pid)));
    return here.filter((process) => found.has(pidOf(process)));
  });
}
