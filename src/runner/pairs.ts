/** The two programs of every pair, from the plan. Pure. */
import type { ProcessId } from '../nodes/process.js';
import type { TopologyPlan } from '../plan/plan.js';
import type { Cell } from '../scenario/scenario.js';
import type { ClientProgram } from '../traffic/hold.js';
import { clientArgv, serverArgv } from '../traffic/options.js';
import type { ServerProgram } from '../traffic/servers.js';
import { netnsOf } from './build.js';

export type PairPrograms = ClientProgram;

/** Binds a pair's processes to CPUs, or leaves them to the scheduler. */
export type CpusOf = (pair: number) => { server: number; client: number } | undefined;

const FIRST_PORT = 5201;

/** Pairs that share a namespace need a port each; in a namespace of one's own all listen on iperf3's default. */
function portOf(plan: TopologyPlan, pair: number): number {
  return plan.counters === 'shared-namespace' ? FIRST_PORT + pair - 1 : FIRST_PORT;
}

export function serverPrograms(plan: TopologyPlan, cpusOf: CpusOf): ServerProgram[] {
  return plan.containers
    .filter(({ role }) => role === 'server')
    .map((server) => {
      const port = portOf(plan, server.pair);
      const argv = serverArgv({ port, cpu: cpusOf(server.pair)?.server });
      return { name: server.name, node: server.node, netns: netnsOf(plan, server), argv, port };
    });
}

/** Clients, each with its server as it was started. */
export function clientPrograms(
  { plan, cell, cpusOf }: { plan: TopologyPlan; cell: Cell; cpusOf: CpusOf },
  programs: ServerProgram[],
  processes: Map<string, ProcessId>,
): PairPrograms[] {
  const servers = new Map(plan.containers.filter(({ role }) => role === 'server').map((s) => [s.pair, s]));
  const byName = new Map(programs.map((program) => [program.name, program]));
  return plan.containers
    .filter(({ role }) => role === 'client')
    .map((client) => {
      const { pair, name, node } = client;
      const { name: serverName, address, device } = servers.get(pair)!;
      const serverProgram = byName.get(serverName)!;
      const options = { ...cell, address, port: serverProgram.port, cpu: cpusOf(pair)?.client };
      return {
        pair,
        name,
        node,
        netns: netnsOf(plan, client),
        server: processes.get(serverName) ?? 0,
        serverProgram,
        device,
        argv: (seconds) => clientArgv({ ...options, seconds }),
      };
    });
}
