import { describe, expect, test } from 'vitest';
import {
  createMeter,
  definePasses,
  tcpBetween,
  udpBetween,
  type FlowProcesses,
} from '../../src/probes/meter.js';
import { parsePass, type Counters, type Pass } from '../../src/probes/pass.js';
import { NodeSampler } from '../../src/probes/sampler.js';
import { Sampler } from '../../src/probes/samplers.js';
import { FakeChannel } from '../nodes/channel.js';

const flows: FlowProcesses[] = [
  { pair: 1, server: 11, client: 21, device: 'eth0' },
  { pair: 2, server: 12, client: 22, device: 'eth0' },
];

const empty = (): Pass => parsePass('/proc/uptime:1.00 1.00\n', {});

const withDevices = (
  ...devices: [pid: number, name: string, rxBytes: number, rxPackets: number][]
): Pass => ({
  ...empty(),
  devices: new Map(
    devices.map(([pid, name, rxBytes, rxPackets]) => [pid, { [name]: { rxBytes, rxPackets } }]),
  ),
});

const withCounters = (...counters: [pid: number, Counters][]): Pass => ({
  ...empty(),
  namespaces: new Map(counters),
});

/** What servers have read, by their processes. */
const withReads = (pass: Pass, ...reads: [pid: number, bytes: number][]): Pass => ({
  ...pass,
  read: new Map(reads),
});

describe('TCP in namespaces of its own', () => {
  const meter = createMeter('tcp', 'device', 1472);

  test('is what the device received less 66 bytes of headers for each packet', () => {
    // 100,000 - 10 x 66 = 99,340; 66 x 7 - 7 x 66 = 0: acknowledgements carry nothing.
    const pass = withDevices([11, 'eth0', 100_000, 10], [12, 'eth0', 462, 7]);
    expect(meter.flowBytes(pass, flows)).toEqual([99_340, 0]);
    expect(meter.totalBytes(pass, flows)).toBe(99_340);
  });

  test('is not known for a process that was not read, and of it the total has nothing', () => {
    const pass = withDevices([12, 'eth0', 100_000, 10]);
    expect(meter.flowBytes(pass, flows)).toEqual([undefined, 99_340]);
    expect(meter.totalBytes(pass, flows)).toBe(99_340);
  });
});

describe('UDP in namespaces of its own', () => {
  const meter = createMeter('udp', 'device', 1472);

  test('is the datagrams that were delivered, times their payload', () => {
    const pass = withCounters([11, { 'Udp.InDatagrams': 10 }], [12, { 'Udp.InDatagrams': 3 }]);
    expect(meter.flowBytes(pass, flows)).toEqual([14_720, 4416]);
    expect(meter.totalBytes(pass, flows)).toBe(19_136);
    expect(meter.flowBytes(empty(), flows)).toEqual([undefined, undefined]);
  });
});

describe('TCP in one namespace', () => {
  const meter = createMeter('tcp', 'shared-namespace', 1472);

  test('is what each server has read', () => {
    expect(meter.flowBytes(withReads(empty(), [11, 1_913_782_309]), flows)).toEqual([
      1_913_782_309,
      undefined,
    ]);
  });

  test('is for the total what lo received less headers', () => {
    // 1,000,000 - 100 x 66.
    const onLo = flows.map((flow) => ({ ...flow, device: 'lo' }));
    const pass = withReads(withDevices([1, 'lo', 1_000_000, 100]), [11, 5]);
    expect(meter.totalBytes(pass, onLo)).toBe(993_400);
    expect(meter.totalBytes(empty(), flows)).toBe(0);
  });
});

describe('UDP in one namespace', () => {
  const meter = createMeter('udp', 'shared-namespace', 1000);

  test('is what each server has read, and for the total what was delivered', () => {
    const pass = withReads(withCounters([1, { 'Udp.InDatagrams': 7 }]), [11, 3000], [12, 4000]);
    expect(meter.flowBytes(pass, flows)).toEqual([3000, 4000]);
    expect(meter.totalBytes(pass, flows)).toBe(7000);
    expect(meter.totalBytes(empty(), flows)).toBe(0);
  });
});

test.each([
  ['tcp', 'device', 'device', '/proc/11/net/dev /proc/12/net/dev'],
  ['udp', 'device', 'device', '/proc/11/net/snmp /proc/12/net/snmp'],
  ['tcp', 'shared-namespace', 'process', '/proc/1/net/dev /proc/11/io /proc/12/io'],
  ['udp', 'shared-namespace', 'process', '/proc/1/net/snmp /proc/11/io /proc/12/io'],
] as const)(
  'of %s with counters of %s the source is %s, beats read %s',
  async (protocol, counters, source, files) => {
    const channel = new FakeChannel((_, self) => self.say('@end\n'));
    const meter = createMeter(protocol, counters, 1472);
    await definePasses(new Sampler([new NodeSampler(channel)]), meter, flows);
    expect(meter.source).toBe(source);
    const [beat = '', edge = ''] = channel.written;
    expect(beat).toMatch(/^files beat \S+ \/proc\/[^\n]+\n$/);
    expect(beat.trim().split(' ').slice(3).join(' ')).toBe(files);
    const own = counters === 'device';
    expect(edge).toMatch(/^files edge \S+ /);
    expect(edge.trim().split(' ').slice(3)).toEqual([
      ...(own ? [11, 12] : [1]).flatMap((pid) =>
        ['dev', 'snmp', 'netstat'].map((file) => `/proc/${pid}/net/${file}`),
      ),
      ...(own ? ['/proc/21/net/snmp', '/proc/22/net/snmp'] : ['/proc/11/io', '/proc/12/io']),
      '/proc/stat',
      '/proc/softirqs',
    ]);
  },
);

test('datagrams between two passes come from both ends, and errors for want of buffer are told apart', () => {
  const server = (received: number, buffer: number, errors: number, fragments: number): Counters => ({
    'Udp.InDatagrams': received,
    'Udp.RcvbufErrors': buffer,
    'Udp.InErrors': errors,
    'Ip.ReasmFails': fragments,
  });
  const open = withCounters([11, server(100, 1, 1, 0)], [21, { 'Udp.OutDatagrams': 150 }]);
  const close = withCounters([11, server(180, 9, 12, 5)], [21, { 'Udp.OutDatagrams': 250 }]);
  // Errors: 12 - 1 = 11, of which 9 - 1 = 8 for want of buffer: 3 others.
  expect(udpBetween(open, close, 11, 21)).toEqual({
    sent: 100,
    received: 80,
    receiveBufferErrors: 8,
    receiveErrors: 3,
    reassemblyFailures: 5,
  });
  expect(udpBetween(open, empty(), 11, 21).received).toBeNaN();
});

test('segments between two passes are added up: retransmits at the senders, duplicates at the receivers', () => {
  const server = (segments: number, duplicates: number): Counters => ({
    'Tcp.InSegs': segments,
    'TcpExt.TCPDSACKOldSent': duplicates,
    'Tcp.RetransSegs': 99,
  });
  const client = (retransmits: number): Counters => ({ 'Tcp.RetransSegs': retransmits, 'Tcp.InSegs': 99 });
  const open = withCounters([11, server(10, 0)], [12, server(20, 1)], [21, client(0)], [22, client(5)]);
  const close = withCounters([11, server(110, 2)], [12, server(70, 4)], [21, client(3)], [22, client(9)]);
  // Retransmits 3 + 4, duplicates 2 + 3, segments 100 + 50.
  expect(tcpBetween(open, close, [11, 12], [21, 22])).toEqual({
    retransmits: 7,
    duplicates: 5,
    segmentsReceived: 150,
  });
});
