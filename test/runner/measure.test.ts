import { describe, expect, test } from 'vitest';
import { BenchError } from '../../src/failures.js';
import { processId } from '../../src/nodes/process.js';
import { createMeter, type FlowProcesses } from '../../src/probes/meter.js';
import { parsePass, type Counters, type Pass } from '../../src/probes/pass.js';
import type { CpuTimes } from '../../src/results/record.js';
import { measure, measurePublished, type FlowWords, type MeasureInput } from '../../src/runner/measure.js';

const flows: FlowProcesses[] = [
  { pair: 1, server: 11, client: 21, device: 'eth0' },
  { pair: 2, server: 12, client: 22, device: 'eth0' },
];

const times = (user: number): CpuTimes => ({
  user,
  nice: 0,
  system: 2 * user,
  idle: 0,
  iowait: 0,
  irq: 0,
  softirq: 0,
  steal: 0,
});

/** A pass of 20 ms at a moment; `payload` bytes without packets are what TCP devices have received. */
function pass(begin: number, payload: number[], counters: Record<number, Counters> = {}): Pass {
  return {
    ...parsePass('/proc/uptime:1 1', {}),
    begin,
    end: begin + 0.02,
    devices: new Map(
      flows.map(({ server }, at) => [server, { eth0: { rxBytes: payload[at]!, rxPackets: 0 } }]),
    ),
    namespaces: new Map(Object.entries(counters).map(([pid, named]) => [Number(pid), named])),
    begins: new Map([[0, begin]]),
    machines: new Map([
      [
        0,
        {
          cpu: { total: times(begin), perCore: [times(begin / 2), times(begin / 2)] },
          softirqs: { NET_RX: begin * 100 },
        },
      ],
    ]),
  };
}

const tcp = (segments: number, duplicates: number, retransmits: number): Record<number, Counters> =>
  Object.fromEntries([
    ...[11, 12].map((pid) => [pid, { 'Tcp.InSegs': segments, 'TcpExt.TCPDSACKOldSent': duplicates }]),
    ...[21, 22].map((pid) => [pid, { 'Tcp.RetransSegs': retransmits }]),
  ]) as Record<number, Counters>;

const words: FlowWords[] = [
  { sentBytes: 3000, sentMean: 9000, receivedBytes: 2900, receivedMean: 8000, retransmits: 1 },
  { sentBytes: 1100, sentMean: 4000, receivedBytes: 1100, receivedMean: 3000 },
];

/** A window of 2 s in which the flows bring 2,000 and 1,000 bytes, with a beat in its middle. */
const open = pass(10, [500, 100], tcp(0, 0, 5));
const middle = pass(10.5, [1000, 350]);
const close = pass(12, [2500, 1100], tcp(100, 1, 8));
const input: MeasureInput = {
  machines: [{ node: 0, name: 'local' }],
  names: ['local'],
  protocol: 'tcp',
  meter: createMeter('tcp', 'device', 1472),
  flows: flows.map((flow) => ({ ...flow, countedBefore: 0 })),
  passes: {
    open,
    close,
    all: [open, middle, close],
    delays: [0.01, 0.03],
    lateness: [0.2, undefined],
    samplerSeconds: 0.05,
  },
  releasedAt: 9,
  asked: 2,
  first: pass(8, [0, 0]),
  last: pass(14, [3000, 1120]),
  words,
  held: [0.5, 0.25],
  cpus: [{ server: 0, client: 1 }, undefined],
  priority: 'own session',
  reconnects: 1,
  clocks: [],
  uplinks: [],
};

describe('TCP with devices of its own', () => {
  const measured = measure(input);

  test('is what all flows received in the window over its length', () => {
    // (2,000 + 1,000) bytes x 8 / 2 s.
    expect(measured.throughput).toBe(12_000);
    expect(measured.throughputSource).toBe('device');
    expect(measured.window).toEqual({ asked: 2, seconds: 2, openedAfter: 1 });
  });

  test('has beside it the sum of means, the cross-check and the fairness', () => {
    expect(measured.sumOfFlowMeans).toBe(11_000);
    // 3,000 + 1,120 bytes by counters, 2,900 + 1,100 by iperf3: 4,120 / 4,000.
    expect(measured.crossCheck).toBeCloseTo(0.03, 12);
    // (8 + 4)^2 / (2 x (64 + 16)).
    expect(measured.fairness).toBeCloseTo(0.9, 12);
  });

  test('leaves out of the cross-check what a client had brought that was given up', () => {
    const anew = input.flows.map((flow, at) => ({ ...flow, countedBefore: [100, 20][at] }));
    // (3,000 - 100) + (1,120 - 20) bytes by counters.
    expect(measure({ ...input, flows: anew }).crossCheck).toBeCloseTo(0, 12);
  });

  test('tells each flow', () => {
    expect(measured.flows).toEqual([
      {
        pair: 1,
        source: 'device',
        goodput: 8000,
        lateness: 0.2,
        held: 0.5,
        iperf3: words[0],
        cpus: { server: 0, client: 1 },
      },
      { pair: 2, source: 'device', goodput: 4000, held: 0.25, iperf3: words[1] },
    ]);
  });

  test('tells segments of all pairs', () => {
    expect(measured.tcp).toEqual({ retransmits: 6, duplicates: 2, segmentsReceived: 200 });
    expect(measured.udp).toBeUndefined();
  });

  test('tells what the machine did in the window', () => {
    expect(measured.cpu).toEqual([
      { node: 'local', total: times(2), perCore: [times(1), times(1)], softirqs: { NET_RX: 200 } },
    ]);
  });

  test('tells how the sampler did', () => {
    expect(measured.sampling).toEqual({
      passes: 3,
      longestPass: expect.closeTo(0.02, 12) as number,
      // Two passes of 20 ms in 2 s; the closing one lies beyond.
      share: expect.closeTo(0.02, 12) as number,
      latest: 0.03,
      cpuSeconds: 0.05,
      priority: 'own session',
      clockStep: 0.01,
    });
    expect(measured.reconnects).toBe(1);
  });

  test('has a beat for each pass after the first', () => {
    // 750 bytes in 0.5 s, then 2,250 in 1.5 s.
    expect(measured.beats).toEqual([
      { at: 1.5, throughput: 12_000 },
      { at: 3, throughput: 12_000 },
    ]);
  });
});

test('a flow that brings nothing in the window is starved, and counts as 0', () => {
  const stalled = { ...input.passes, close: pass(12, [2500, 100], tcp(100, 1, 8)) };
  const { flows: records, fairness, throughput } = measure({ ...input, passes: stalled });
  expect(records.map(({ goodput, starved }) => [goodput, starved])).toEqual([
    [8000, undefined],
    [0, true],
  ]);
  expect(fairness).toBe(0.5);
  expect(throughput).toBe(8000);
});

test('what iperf3 does not tell of one flow is not added up, and no sum is made up', () => {
  const measured = measure({ ...input, words: [words[0]!, {}] });
  expect(measured).not.toHaveProperty('sumOfFlowMeans');
  expect(measured).not.toHaveProperty('crossCheck');
  expect(measured.throughput).toBe(12_000);
});

test('counters that could not be read are left out', () => {
  const unread = { ...input.passes, open: pass(10, [500, 100]) };
  expect(measure({ ...input, passes: unread })).not.toHaveProperty('tcp');
});

describe('UDP', () => {
  const server = (received: number): Counters => ({
    'Udp.InDatagrams': received,
    'Udp.RcvbufErrors': received / 10,
    'Udp.InErrors': received / 5,
    'Ip.ReasmFails': 0,
  });
  const counters = (...received: [number, number, number]): Record<number, Counters> => ({
    11: server(received[0]),
    12: server(received[1]),
    21: { 'Udp.OutDatagrams': received[2] },
    22: { 'Udp.OutDatagrams': 2 * received[2] },
  });
  const opening = pass(10, [0, 0], counters(0, 100, 200));
  const closing = pass(12, [0, 0], counters(100, 400, 500));
  const passes = { ...input.passes, open: opening, close: closing, all: [opening, closing] };

  test('with devices of its own is datagrams, of each flow and of all', () => {
    const meter = createMeter('udp', 'device', 1000);
    const measured = measure({ ...input, protocol: 'udp', meter, passes, first: opening, last: closing });
    // (100 + 300) datagrams x 1,000 bytes x 8 / 2 s.
    expect(measured.throughput).toBe(1_600_000);
    expect(measured.throughputSource).toBe('datagrams');
    expect(measured.flows.map(({ goodput }) => goodput)).toEqual([400_000, 1_200_000]);
    expect(measured.flows[1]!.udp).toEqual({
      sent: 600,
      received: 300,
      receiveBufferErrors: 30,
      receiveErrors: 30,
      reassemblyFailures: 0,
    });
    expect(measured.udp).toEqual({
      sent: 900,
      received: 400,
      receiveBufferErrors: 40,
      receiveErrors: 40,
      reassemblyFailures: 0,
    });
    expect(measured).not.toHaveProperty('tcp');
  });

  const one = (received: number, sent: number): Record<number, Counters> => ({
    1: { ...server(received), 'Udp.OutDatagrams': sent },
  });
  const readBy = (...bytes: number[]): Pass['read'] => new Map(bytes.map((read, at) => [11 + at, read]));

  test('in one namespace has each flow from what its server read, and the counters once for all', () => {
    const before = { ...pass(10, [0, 0], one(0, 0)), read: readBy(1000, 5000) };
    const after = { ...pass(12, [0, 0], one(400, 900)), read: readBy(301_000, 105_000) };
    const measured = measure({
      ...input,
      protocol: 'udp',
      meter: createMeter('udp', 'shared-namespace', 1000),
      passes: { ...passes, open: before, close: after, all: [before, after] },
      first: before,
      last: after,
    });
    expect(measured.throughput).toBe(1_600_000);
    expect(measured.flows.map(({ goodput, source, udp }) => [goodput, source, udp])).toEqual([
      // 300,000 and 100,000 bytes in 2 s.
      [1_200_000, 'process', undefined],
      [400_000, 'process', undefined],
    ]);
    expect(measured.udp).toMatchObject({ sent: 900, received: 400 });
  });

  test('in one namespace has no goodput for a flow whose server is gone', () => {
    const before = { ...pass(10, [0, 0], one(0, 0)), read: readBy(1000, 5000) };
    const after = { ...pass(12, [0, 0], one(400, 900)), read: readBy(301_000) };
    const measured = measure({
      ...input,
      protocol: 'udp',
      meter: createMeter('udp', 'shared-namespace', 1000),
      passes: { ...passes, open: before, close: after, all: [before, after] },
      words: [words[0]!, {}],
    });
    expect(measured.flows[1]).toEqual({ pair: 2, source: 'none', held: 0.25, iperf3: {} });
    expect(measured).not.toHaveProperty('fairness');
  });
});

describe('on two nodes', () => {
  const apart = flows.map((flow) => ({ ...flow, client: processId(1, flow.client), countedBefore: 0 }));
  const clocks = [{ node: 'node2', offset: 3600, error: 0.01 }];
  const uplinks = [{ node: 'node1', name: 'eth1', physical: true, promiscuous: false }];
  const measured = measure({ ...input, flows: apart, names: ['node1', 'node2'], clocks, uplinks });

  test('each flow tells where its ends ran', () => {
    expect(measured.flows.map(({ nodes }) => nodes)).toEqual([
      { server: 'node1', client: 'node2' },
      { server: 'node1', client: 'node2' },
    ]);
  });

  test('clocks and uplinks are kept', () => {
    expect(measured).toMatchObject({ clocks, uplinks });
    expect(measure(input)).not.toHaveProperty('clocks');
  });

  test('what a node receives is taken by its own clock', () => {
    // Servers on the second node, whose window lasted 2.5 s of its own: 3,000 bytes x 8 / 2.5 s.
    const move = (pass: Pass, begin: number): Pass => ({
      ...pass,
      begins: new Map([
        [0, pass.begin],
        [1, begin],
      ]),
      devices: new Map([...pass.devices].map(([id, device]) => [processId(1, id), device])),
    });
    const [from, to] = [move(open, 3610), move(close, 3612.5)];
    const there = apart.map((flow) => ({ ...flow, server: processId(1, flow.server) }));
    const passes = { ...input.passes, open: from, close: to, all: [from, to] };
    const { throughput } = measure({ ...input, flows: there, names: ['node1', 'node2'], passes });
    expect(throughput).toBe(9600);
  });
});

describe("the study's method", () => {
  const asked = { machines: input.machines, open, close, asked: 2, flows };

  test('adds up what the senders say of their own spans', () => {
    const measured = measurePublished({ ...asked, words });
    expect(measured).toMatchObject({
      throughput: 13_000,
      sumOfFlowMeans: 13_000,
      throughputSource: 'iperf3-sender',
    });
    expect(measured.flows).toEqual([
      { pair: 1, goodput: 9000, source: 'iperf3-sender', iperf3: words[0] },
      { pair: 2, goodput: 4000, source: 'iperf3-sender', iperf3: words[1] },
    ]);
    expect(measured.window).toEqual({ asked: 2, seconds: 2, openedAfter: 0 });
    expect(measured.beats).toEqual([]);
  });

  test('has no figure if a sender says nothing', () => {
    let thrown: unknown;
    try {
      measurePublished({ ...asked, words: [words[0]!, {}] });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(BenchError);
    expect((thrown as BenchError).failure.reason).toBe('flow-missing');
    expect((thrown as BenchError).failure.message).toContain('pair 2');
  });
});
