import { expect, test } from 'vitest';
import { describeCell } from '../../src/progress/sentences.js';
import { cell } from './events.js';

test('a cell names its driver, protocol, MTU and pairs', () => {
  expect(describeCell({ ...cell, pairs: 1 })).toBe('macvlan:bridge, tcp, MTU 1500, 1 pair');
});

test('a cell names whatever departs from the usual', () => {
  const text = describeCell({
    ...cell,
    protocol: 'udp',
    udpLength: 8192,
    placement: 'split',
    method: 'published-2015',
  });
  expect(text).toBe('macvlan:bridge, udp, MTU 1500, 4 pairs, 8192 B datagrams, split, published-2015');
});

test('datagrams that fit the MTU are the usual', () => {
  expect(describeCell({ ...cell, protocol: 'udp', udpLength: 'fit' })).toBe(
    'macvlan:bridge, udp, MTU 1500, 4 pairs',
  );
});
