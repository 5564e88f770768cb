import { describe, expect, test } from 'vitest';
import { planTopology } from '../../src/plan/topology.js';
import { clientPrograms, serverPrograms } from '../../src/runner/pairs.js';
import { cell } from '../plan/scenario.js';

const unbound = (): undefined => undefined;

describe('pairs in namespaces of their own', () => {
  const own = { ...cell, driver: 'macvlan:bridge', pairs: 2 };
  const plan = planTopology(own);

  test('have servers that all listen on the usual port', () => {
    const servers = serverPrograms(plan, unbound);
    expect(servers.map(({ name, netns, port }) => [name, netns, port])).toEqual([
      ['s1', '/run/netns/s1', 5201],
      ['s2', '/run/netns/s2', 5201],
    ]);
    expect(servers[0]!.argv.join(' ')).toMatch(/^iperf3 -s -p 5201 /);
  });

  test('have clients that know their own server', () => {
    const pids = new Map([
      ['s1', 11],
      ['s2', 12],
    ]);
    const clients = clientPrograms({ plan, cell: own, cpusOf: unbound }, serverPrograms(plan, unbound), pids);
    const address = plan.containers.find(({ name }) => name === 's2')!.address;
    expect(clients[1]).toMatchObject({
      pair: 2,
      name: 'c2',
      netns: '/run/netns/c2',
      server: 12,
      serverProgram: { name: 's2', port: 5201 },
      device: 'eth0',
    });
    const argv = clients[1]!.argv(7).join(' ');
    expect(argv).toContain(`iperf3 -c ${address} -p 5201 `);
    expect(argv).toContain('-t 7 -C cubic');
  });

  test('are bound to their CPUs, each end to its own', () => {
    const cpusOf = (pair: number): { server: number; client: number } => ({
      server: 2 * pair,
      client: 2 * pair + 1,
    });
    const servers = serverPrograms(plan, cpusOf);
    expect(servers[1]!.argv.slice(0, 3)).toEqual(['taskset', '-c', '4']);
    const clients = clientPrograms({ plan, cell: own, cpusOf }, servers, new Map());
    expect(clients[1]!.argv(1).slice(0, 3)).toEqual(['taskset', '-c', '5']);
  });
});

test('pairs that share a namespace have a port each', () => {
  const shared = { ...cell, driver: 'host', pairs: 3 };
  const plan = planTopology(shared);
  const servers = serverPrograms(plan, unbound);
  const clients = clientPrograms({ plan, cell: shared, cpusOf: unbound }, servers, new Map());
  expect(servers.map(({ port }) => port)).toEqual([5201, 5202, 5203]);
  expect(clients.map(({ serverProgram }) => serverProgram)).toEqual(servers);
  expect(clients[2]!.argv(1).join(' ')).toContain('-p 5203');
  expect(new Set([...servers, ...clients].map(({ netns }) => netns))).toEqual(new Set(['/proc/1/ns/net']));
  expect(clients.map(({ device }) => device)).toEqual(['lo', 'lo', 'lo']);
});

test('clients send what the cell asks for', () => {
  const { congestionControl: _, ...rest } = cell;
  const udp = { ...rest, protocol: 'udp', udpLength: 8192, driver: 'veth:bridge', pairs: 1 } as const;
  const plan = planTopology(udp);
  const clients = clientPrograms(
    { plan, cell: udp, cpusOf: unbound },
    serverPrograms(plan, unbound),
    new Map(),
  );
  expect(clients[0]!.argv(2).join(' ')).toContain('-u -b 0 -l 8192');
});
