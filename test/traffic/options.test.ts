import { describe, expect, test } from 'vitest';
import { clientArgv, datagramBytes, serverArgv } from '../../src/traffic/options.js';

const CLIENT = { address: '10.0.1.7', port: 5201, seconds: 12, mtu: 1500 } as const;

describe('a server', () => {
  test('serves until it is killed', () => {
    expect(serverArgv({ port: 5201 }).join(' ')).toBe('iperf3 -s -p 5201 -J -i 0');
  });

  test('is bound to a CPU and an address on request', () => {
    expect(serverArgv({ port: 5203, cpu: 0, bindAddress: '127.0.0.1' }).join(' ')).toBe(
      'taskset -c 0 iperf3 -s -p 5203 -B 127.0.0.1 -J -i 0',
    );
  });
});

describe('a client', () => {
  test.each([
    [
      'TCP uses cubic unless asked otherwise',
      { ...CLIENT, protocol: 'tcp' as const },
      'iperf3 -c 10.0.1.7 -p 5201 --connect-timeout 10000 -t 12 -C cubic -J -i 0',
    ],
    [
      'TCP names its congestion control and its CPU',
      { ...CLIENT, protocol: 'tcp' as const, congestionControl: 'bbr', cpu: 1 },
      'taskset -c 1 iperf3 -c 10.0.1.7 -p 5201 --connect-timeout 10000 -t 12 -C bbr -J -i 0',
    ],
    [
      'UDP sends without a rate limit, in datagrams that fit',
      { ...CLIENT, protocol: 'udp' as const },
      'iperf3 -c 10.0.1.7 -p 5201 --connect-timeout 10000 -t 12 -u -b 0 -l 1472 -J -i 0',
    ],
    [
      'UDP sends datagrams of the length asked for',
      { ...CLIENT, protocol: 'udp' as const, udpLength: 8192 },
      'iperf3 -c 10.0.1.7 -p 5201 --connect-timeout 10000 -t 12 -u -b 0 -l 8192 -J -i 0',
    ],
  ])('%s', (_title, options, command) => {
    expect(clientArgv(options).join(' ')).toBe(command);
  });

  test('is made of words that any shell takes literally', () => {
    const words = clientArgv({ ...CLIENT, protocol: 'tcp', cpu: 3 });
    expect(words.filter((word) => !/^[A-Za-z0-9_./:=,@%+-]+$/.test(word))).toEqual([]);
  });
});

test.each([
  ['fit', 1500, 1472],
  ['fit', 9000, 8972],
  ['fit', 68, 40],
  [8192, 1500, 8192],
] as const)('a datagram of length %s at MTU %d carries %d bytes', (udpLength, mtu, bytes) => {
  expect(datagramBytes(udpLength, mtu)).toBe(bytes);
});
