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

/** Clients, each with its server's process. */
export function clientPrograms(
  { plan, cell, cpusOf }: { plan: TopologyPlan; cell: Cell; cpusOf: CpusOf },
  serverProcesses: Map<string, ProcessId>,
): PairPrograms[] {
  const servers = new Map(plan.containers.filter(({ role }) => role === 'server').map((s) => [s.pair, s]));
  return plan.containers
    .filter(({ role }) => role === 'client')
    .map((client) => {
      const server = servers.get(client.pair)!;
      const port = portOf(plan, client.pair);
      const cpu = cpusOf(client.pair)?.client;
      return {
        pair: client.pair,
        name: client.name,
        node: client.node,
        serverName: server.name,
        netns: netnsOf(plan, client),
        server: serverProcesses.get(server.name) ?? 0,
        port,
        device: server.device,
        argv: (seconds) => clientArgv({ ...cell, address: server.address, port, seconds, cpu }),
      };
    });
}
