import { expect, test } from 'vitest';
import { separateContainers, sharedContainers } from '../../src/plan/addresses.js';

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
    { pair: 1, address: '127.0.0.1', prefix: 8, device: 'lo', name: 's1', role: 'server' },
    { pair: 1, address: '127.0.0.1', prefix: 8, device: 'lo', name: 'c1', role: 'client' },
    { pair: 2, address: '127.0.0.1', prefix: 8, device: 'lo', name: 's2', role: 'server' },
    { pair: 2, address: '127.0.0.1', prefix: 8, device: 'lo', name: 'c2', role: 'client' },
  ]);
});
