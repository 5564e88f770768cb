/** Servers listen before a client starts: ready means a LISTEN row in the kernel's table, never a test connection. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fail } from '../failures.js';
import type { Testbed } from '../nodes/testbed.js';
import type { Sampler } from '../probes/sampler.js';
import { readOutputs, startPrograms, type Program } from './programs.js';

/** /proc/net/tcp: any remote address, state 0A (TCP_LISTEN). */
const LISTEN_ROW = '[0-9A-F]+:[0-9A-F]{4}[[:space:]][0-9A-F]+:0000[[:space:]]0A[[:space:]]';
const PATIENCE_MS = 15_000;
const POLL_MS = 10;

export interface ServerProgram extends Program {
  port: number;
}

/** Starts servers and waits until all listen. Resolves to pids by name. Errors: `server-not-ready` with their words. */
export async function startServers(
  testbed: Testbed,
  sampler: Sampler,
  programs: ServerProgram[],
): Promise<Map<string, number>> {
  const pids = await startPrograms(testbed, programs);
  const pidOf = ({ name }: ServerProgram): number => pids.get(name) ?? 0;
  const files = programs.flatMap((program) =>
    ['tcp', 'tcp6'].map((file) => `/proc/${pidOf(program)}/net/${file}`),
  );
  await sampler.define('listening', LISTEN_ROW, files);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { listening } = await sampler.pass('listening');
    const silent = programs.filter((program) => !listening.get(pidOf(program))?.has(program.port));
    if (silent.length === 0) return pids;
    if (Date.now() >= deadline) await reportSilent(testbed, silent);
    await sleep(POLL_MS);
  }
}

async function reportSilent(testbed: Testbed, silent: ServerProgram[]): Promise<never> {
  const outputs = await readOutputs(testbed, [silent[0]!.name]);
  return fail(
    'server-not-ready',
    `${silent.length} server(s) did not listen within ${PATIENCE_MS / 1000} s, the first is ${silent[0]!.name}`,
    [...outputs.values()].join('\n'),
  );
}
