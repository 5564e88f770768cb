import { describe, expect, test } from 'vitest';
import type { Place, Step } from '../../src/plan/plan.js';
import { NODE } from '../../src/plan/steps.js';
import type { Measurement } from '../../src/results/record.js';
import type { Cell } from '../../src/scenario/scenario.js';
import { datagramBytes } from '../../src/traffic/options.js';
import { cell as tcpCell, scenario } from '../plan/scenario.js';
import { inside, useRunner } from './runner.js';

const runOnce = useRunner();

/**
 * What every pair may send, bit/s on the wire. UDP is sent by a process that may have to wait for a CPU, and little
 * waits in its buffers: they must last.
 */
const RATE = { tcp: 50e6, udp: 25e6 };
const PAIRS = 2;

/** What may be sent at once after a pause. */
const BURST_SECONDS = 0.01;

/** Holds every pair to its rate, on its own device or, where all share one, on that. */
function limit({ driver, pairs, protocol }: Cell): Step[] {
  const tbf = (place: Place, device: string, rate: number): Step => ({
    place,
    argv: `tc qdisc add dev ${device} root tbf rate ${rate} burst ${(rate / 8) * BURST_SECONDS} limit 256kb`.split(
      ' ',
    ),
    undo: `tc qdisc del dev ${device} root`.split(' '),
  });
  if (driver === 'host') return [tbf(NODE, 'lo', pairs * RATE[protocol])];
  return Array.from({ length: pairs }, (_, index) => tbf(inside(`c${index + 1}`), 'eth0', RATE[protocol]));
}

/**
 * A run that counts and, on a busy machine where senders starve, the first of a few that comes near what the path
 * carries; `payload` is the share of what is on the wire that is payload.
 */
async function measured(cell: Cell, payload: number): Promise<Measurement & { share: number }> {
  for (let retry = 0; ; retry++) {
    const { failure, measurement } = await runOnce(cell, limit(cell));
    const share = (measurement?.throughput ?? NaN) / (cell.pairs * RATE[cell.protocol] * payload);
    if (measurement && !failure && share > 0.95) return { ...measurement, share };
    if (retry === scenario.retries) throw new Error(failure?.message ?? `${share} of the path was used`);
  }
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const MTU = 1500;
const ETHERNET = 14;
const IP = 20;
const UDP = 8;
const TCP_WITH_TIMESTAMPS = 32;

const { congestionControl: _, ...common } = tcpCell;
const tcp: Cell = { ...tcpCell, pairs: PAIRS };
const udp = (udpLength: 'fit' | number): Cell => ({ ...common, protocol: 'udp', udpLength, pairs: PAIRS });

/** A kind of traffic, and the share of what is on the wire that is payload. */
const traffic: [name: string, cell: Cell, payload: number][] = [
  ['TCP', tcp, (MTU - IP - TCP_WITH_TIMESTAMPS) / (MTU + ETHERNET)],
  ['UDP', udp('fit'), (MTU - IP - UDP) / (MTU + ETHERNET)],
  ['UDP in six fragments', udp(8192), 8192 / (8192 + UDP + 6 * (IP + ETHERNET))],
];
const drivers = ['host', 'veth:bridge', 'macvlan:bridge'];

/** The same but for the clock's step and what is on its way when a counter is read. */
function expectAgreement(one: number, other: number, within = 0.03): void {
  expect(Math.abs(one / other - 1)).toBeLessThan(within);
}

/** What is still on its way, and counted, when iperf3 has ended: a few hundred kB of a few MB. */
const UNREAD = 0.03;

/** What iperf3 says of its whole span may differ from the window by so much. */
const LONGER_SPAN = 0.2;

function expectTcpCounts({ tcp, udp, flows }: Measurement): void {
  expect(udp).toBeUndefined();
  expect(tcp!.segmentsReceived).toBeGreaterThan(0);
  expect(flows.every(({ lateness }) => lateness! >= 0)).toBe(true);
}

function expectUdpCounts({ tcp, udp, throughput, window, flows }: Measurement, bytes: number): void {
  expect(tcp).toBeUndefined();
  const { sent, received, receiveBufferErrors, receiveErrors } = udp!;
  expect((received * bytes * 8) / window.seconds).toBeCloseTo(throughput);
  expectAgreement(received + receiveBufferErrors + receiveErrors, sent);
  const apart = flows.filter(({ source }) => source === 'device');
  expect(apart.every(({ lateness }) => lateness! >= 0)).toBe(true);
  expect(apart.length === 0 || sum(apart.map((flow) => flow.udp!.received)) === received).toBe(true);
}

describe.each(traffic)('%s over paths of a known rate', (_name, cell, payload) => {
  test.each(drivers)('with %s has figures that agree with the rate and each other', async (driver) => {
    const measurement = await measured({ ...cell, driver }, payload);
    const { share, throughput, window, fairness, crossCheck, sumOfFlowMeans, flows } = measurement;
    expect(share).toBeLessThan(1.03);
    expectAgreement(sumOfFlowMeans!, throughput, LONGER_SPAN);
    expectAgreement(sum(flows.map(({ goodput }) => goodput!)), throughput, 0.03);
    expect(flows.map(({ pair }) => pair)).toEqual([1, 2]);
    expect(window.seconds).toBeGreaterThanOrEqual(window.asked);
    expect(Math.abs(crossCheck!)).toBeLessThan(UNREAD);
    expect(fairness).toBeGreaterThan(0);
    expect(fairness).toBeLessThanOrEqual(1);
    if (cell.protocol === 'tcp') expectTcpCounts(measurement);
    else expectUdpCounts(measurement, datagramBytes(cell.udpLength!, cell.mtu));
  });
});

test.each(traffic)(
  'the method of 2015 adds up what senders say of themselves: %s',
  async (_name, cell, payload) => {
    const { share, throughput, throughputSource, flows } = await measured(
      { ...cell, method: 'published-2015' },
      payload,
    );
    expect(throughputSource).toBe('iperf3-sender');
    expect(sum(flows.map(({ iperf3 }) => iperf3.sentMean!))).toBeCloseTo(throughput);
    // what waits in the senders' buffers is in it too
    expect(share).toBeLessThan(1.2);
  },
);
