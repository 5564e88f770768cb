import { describe, expect, test } from 'vitest';
import {
  nodeAddresses,
  separateContainers,
  separateOnNodes,
  sharedContainers,
  sharedOnNodes,
  splitNodes,
} from '../../src/plan/addresses.js';
import type { Container } from '../../src/plan/plan.js';

const addressOf = (pairs: number, name: string): string => {
  const { address, prefix } = separateContainers(pairs).find((container) => container.name === name)!;
  return `${address}/${prefix}`;
};

test.each([
  [1, 's1', '10.0.1.1/16'],
  [1, 'c1', '10.0.2.1/16'],
  [254, 's254', '10.0.1.254/16'],
  [255, 's254', '10.0.1.254/8'],
  [255, 's255', '10.1.1.1/8'],
  [1024, 'c1024', '10.4.2.8/8'],
])('of %i pairs, %s has %s', (pairs, name, address) => {
  expect(addressOf(pairs, name)).toBe(address);
});

test('1024 pairs have 2048 names and addresses', () => {
  const containers = separateContainers(1024);
  expect(new Set(containers.map(({ name }) => name)).size).toBe(2048);
  expect(new Set(containers.map(({ address }) => address)).size).toBe(2048);
});

test('containers without a namespace of their own are on loopback', () => {
  expect(sharedContainers(2)).toEqual([
    { pair: 1, node: 0, address: '127.0.0.1', prefix: 8, device: 'lo', name: 's1', role: 'server' },
    { pair: 1, node: 0, address: '127.0.0.1', prefix: 8, device: 'lo', name: 'c1', role: 'client' },
    { pair: 2, node: 0, address: '127.0.0.1', prefix: 8, device: 'lo', name: 's2', role: 'server' },
    { pair: 2, node: 0, address: '127.0.0.1', prefix: 8, device: 'lo', name: 'c2', role: 'client' },
  ]);
});

describe('on several nodes', () => {
  const addressesOf = (containers: Container[]): string[] =>
    containers.map(({ name, node, address, prefix }) => `${name}@${node} ${address}/${prefix}`);

  test("two have the study's addresses, servers on the first", () => {
    expect(addressesOf(separateOnNodes(2, splitNodes(2)))).toEqual([
      's1@0 10.0.1.1/16',
      'c1@1 10.0.2.1/16',
      's2@0 10.0.1.2/16',
      'c2@1 10.0.2.2/16',
    ]);
  });

  test('pairs are dealt out, servers over the first half and clients over the second', () => {
    expect(splitNodes(5)).toEqual({ servers: [0, 1], clients: [2, 3, 4] });
    expect(addressesOf(separateOnNodes(3, splitNodes(4)))).toEqual([
      's1@0 10.0.1.1/16',
      'c1@2 10.0.3.1/16',
      's2@1 10.0.2.1/16',
      'c2@3 10.0.4.1/16',
      's3@0 10.0.1.2/16',
      'c3@2 10.0.3.2/16',
    ]);
  });

  test('more than 254 on one node go on in the next network, with a prefix for all', () => {
    const addresses = addressesOf(separateOnNodes(255, splitNodes(2)));
    expect(addresses.slice(-2)).toEqual(['s255@0 10.1.1.1/8', 'c255@1 10.1.2.1/8']);
    expect(nodeAddresses(255, splitNodes(2), [undefined, undefined])[1]).toEqual({
      address: '10.0.0.2',
      prefix: 8,
      networks: ['10.0.2.0/24', '10.1.2.0/24'],
    });
  });

  test('a node may have an address of its own, which its processes then have', () => {
    const addresses = nodeAddresses(1, splitNodes(2), ['192.168.50.1/24', undefined]);
    expect(sharedOnNodes(1, splitNodes(2), addresses, ['eth1', 'ens2'])).toEqual([
      { pair: 1, role: 'server', node: 0, name: 's1', address: '192.168.50.1', prefix: 24, device: 'eth1' },
      { pair: 1, role: 'client', node: 1, name: 'c1', address: '10.0.0.2', prefix: 16, device: 'ens2' },
    ]);
  });
});
