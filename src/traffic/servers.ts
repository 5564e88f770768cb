/** Servers listen before a client starts: ready means a LISTEN row in the kernel's table, never a test connection. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fail } from '../failures.js';
import type { ProcessId } from '../nodes/process.js';
import type { Testbed } from '../nodes/testbed.js';
import type { Sampler } from '../probes/samplers.js';
import { findEndedPrograms, readOutputs, startPrograms, type Program } from './programs.js';

/** /proc/net/tcp: any remote address, state 0A (TCP_LISTEN). */
const LISTEN_ROW = '[0-9A-F]+:[0-9A-F]{4}[[:space:]][0-9A-F]+:0000[[:space:]]0A[[:space:]]';
const PATIENCE_MS = 60_000;
const POLL_MS = 10;
/** How often a silent server is looked at: one that has ended will never listen. */
const LOOK_MS = 1000;

export interface ServerProgram extends Program {
  port: number;
}

/** Starts servers and waits until all listen. Resolves to them by name. Errors: `server-not-ready` with their words. */
export async function startServers(
  testbeds: Testbed[],
  sampler: Sampler,
  programs: ServerProgram[],
): Promise<Map<string, ProcessId>> {
  const processes = await startPrograms(testbeds, programs);
  const readers = onePerNamespace(programs, processes);
  const files = [...readers.values()].flatMap((process) =>
    ['net/tcp', 'net/tcp6'].map((file) => ({ process, file })),
  );
  await sampler.define('listening', { pattern: LISTEN_ROW, files });
  const deadline = Date.now() + PATIENCE_MS;
  let lookAt = Date.now() + LOOK_MS;
  for (;;) {
    const { listening } = await sampler.pass('listening');
    const silent = programs.filter(
      (program) => !listening.get(readers.get(namespaceOf(program))!)?.has(program.port),
    );
    if (silent.length === 0) return processes;
    if (Date.now() >= deadline)
      await reportSilent(testbeds, silent, `did not listen within ${PATIENCE_MS / 1000} s`);
    if (Date.now() >= lookAt) {
      const ended = await findEnded(sampler, silent, processes);
      if (ended.length > 0) await reportSilent(testbeds, ended, 'ended before they listened');
      lookAt = Date.now() + LOOK_MS;
    }
    await sleep(POLL_MS);
  }
}

const namespaceOf = ({ node, netns }: ServerProgram): string => `${node} ${netns}`;

/** A process in each namespace that servers are in: it sees the sockets of all of them. */
function onePerNamespace(
  programs: ServerProgram[],
  processes: Map<string, ProcessId>,
): Map<string, ProcessId> {
  return new Map(programs.map((program) => [namespaceOf(program), processes.get(program.name)!]));
}

async function findEnded(
  sampler: Sampler,
  silent: ServerProgram[],
  processes: Map<string, ProcessId>,
): Promise<ServerProgram[]> {
  const processOf = ({ name }: ServerProgram): ProcessId => processes.get(name)!;
  const ended = await findEndedPrograms(sampler, silent.map(processOf));
  return silent.filter((program) => ended.includes(processOf(program)));
}

async function reportSilent(testbeds: Testbed[], silent: ServerProgram[], how: string): Promise<never> {
  const outputs = await readOutputs(testbeds, silent.slice(0, 1));
  return fail(
    'server-not-ready',
    `${silent.length} server(s) ${how}, the first is ${silent[0]!.name}`,
    [...outputs.values()].join('\n'),
  );
}
