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
  { pair: 1, server: 11, client: 21, port: 5201, device: 'eth0' },
  { pair: 2, server: 12, client: 22, port: 5202, device: 'eth0' },
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

const withSockets = (...sockets: [port: number, bytes: number][]): Pass => ({
  ...withDevices([1, 'lo', 1_000_000, 100]),
  sockets: sockets.map(([localPort, bytesReceived]) => ({ node: 0, localPort, bytesReceived })),
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

  test('has begun above 64 KiB of payload', () => {
    // 65,536 + 66 is 64 KiB in one packet.
    const pass = withDevices([11, 'eth0', 65_602, 1], [12, 'eth0', 65_603, 1]);
    expect(meter.sending(pass, flows)).toEqual([false, true]);
    expect(meter.sending(empty(), flows)).toEqual([false, false]);
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

  test('has begun above 16 datagrams, more than repeated hellos bring', () => {
    const pass = withCounters([11, { 'Udp.InDatagrams': 16 }], [12, { 'Udp.InDatagrams': 17 }]);
    expect(meter.sending(pass, flows)).toEqual([false, true]);
  });
});

describe('TCP in one namespace', () => {
  const meter = createMeter('tcp', 'shared-namespace', 1472);

  test('is told by each port: the larger of the data and the control connection', () => {
    const pass = withSockets([5201, 185], [5201, 1_913_782_309], [42_470, 9e9]);
    expect(meter.flowBytes(pass, flows)).toEqual([1_913_782_309, 0]);
  });

  test('is for the total what lo received less headers', () => {
    // 1,000,000 - 100 x 66.
    const onLo = flows.map((flow) => ({ ...flow, device: 'lo' }));
    expect(meter.totalBytes(withSockets([5201, 5]), onLo)).toBe(993_400);
    expect(meter.totalBytes(empty(), flows)).toBe(0);
  });

  test('has begun above 64 KiB at a port', () => {
    expect(meter.sending(withSockets([5201, 65_536], [5202, 65_537]), flows)).toEqual([false, true]);
  });
});

describe('UDP in one namespace', () => {
  const meter = createMeter('udp', 'shared-namespace', 1000);

  test('has a total, and no counter for a flow', () => {
    const pass = withCounters([1, { 'Udp.InDatagrams': 7 }]);
    expect(meter.flowBytes(pass, flows)).toEqual([undefined, undefined]);
    expect(meter.totalBytes(pass, flows)).toBe(7000);
    expect(meter.totalBytes(empty(), flows)).toBe(0);
  });

  test('has begun when the client has written more than it says on its control connection', () => {
    const written = (first: number, second: number): Pass => ({
      ...empty(),
      // Both servers are connected already: that a hello came does not mean that its answer was read.
      connectedUdp: new Map([[1, new Set([5201, 5202])]]),
      written: new Map([
        [21, first],
        [22, second],
      ]),
    });
    // Sixteen datagrams of 1000 bytes.
    expect(meter.sending(written(16_000, 16_001), flows)).toEqual([false, true]);
    const small = createMeter('udp', 'shared-namespace', 16);
    expect(small.sending(written(4096, 4097), flows)).toEqual([false, true]);
  });

  test('has begun once the socket at its port has a peer, where the kernel does not tell what was written', () => {
    const pass = { ...empty(), connectedUdp: new Map([[1, new Set([5202])]]) };
    expect(meter.sending(pass, flows)).toEqual([false, true]);
    expect(meter.sending(empty(), flows)).toEqual([false, false]);
  });
});

test.each([
  ['tcp', 'device', 'device', false, '/proc/11/net/dev /proc/12/net/dev'],
  ['udp', 'device', 'device', false, '/proc/11/net/snmp /proc/12/net/snmp'],
  ['tcp', 'shared-namespace', 'socket', true, '/proc/1/net/dev'],
  [
    'udp',
    'shared-namespace',
    'iperf3-server',
    false,
    '/proc/1/net/snmp /proc/1/net/udp /proc/1/net/udp6 /proc/21/io /proc/22/io',
  ],
] as const)(
  'of %s with counters of %s the source is %s, sockets: %s, beats read %s',
  async (protocol, counters, source, sockets, files) => {
    const channel = new FakeChannel((_, self) => self.say('@end\n'));
    const meter = createMeter(protocol, counters, 1472);
    await definePasses(new Sampler([new NodeSampler(channel)]), meter, flows);
    expect([meter.source, meter.sockets]).toEqual([source, sockets]);
    const [beat = '', edge = ''] = channel.written;
    expect(beat).toMatch(/^files beat \S+ \/proc\/[^\n]+\n$/);
    expect(beat.trim().split(' ').slice(3).join(' ')).toBe(files);
    const servers = counters === 'device' ? [11, 12] : [1];
    const clients = counters === 'device' ? ['/proc/21/net/snmp', '/proc/22/net/snmp'] : [];
    expect(edge).toMatch(/^files edge \S+ /);
    expect(edge.trim().split(' ').slice(3)).toEqual([
      ...servers.flatMap((pid) => ['dev', 'snmp', 'netstat'].map((file) => `/proc/${pid}/net/${file}`)),
      ...clients,
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
