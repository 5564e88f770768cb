/** The runner on topologies that the test has changed: what is wrong is found, and what is known is measured. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalNode } from '../../src/nodes/local.js';
import type { Place, Step } from '../../src/plan/plan.js';
import { ip, NODE, SWITCH } from '../../src/plan/steps.js';
import { planTopology } from '../../src/plan/topology.js';
import type { Measurement } from '../../src/results/record.js';
import { openRig, type Rig } from '../../src/runner/rig.js';
import { runCell, type RunOutcome } from '../../src/runner/run.js';
import type { Cell } from '../../src/scenario/scenario.js';
import { datagramBytes } from '../../src/traffic/options.js';
import { cell as tcpCell, scenario } from '../plan/scenario.js';

const inside = (name: string): Place => ({ kind: 'container', name });

let rig: Rig;
beforeAll(async () => {
  rig = await openRig(createLocalNode());
});
afterAll(() => rig.close());

/** Runs a cell once; `more` is done to its topology once that is built. */
function runOnce(cell: Cell, more: Step[] = []): Promise<RunOutcome> {
  const plan = planTopology(cell);
  return runCell({
    rig,
    node: 'local',
    cell,
    plan: { ...plan, steps: [...plan.steps, ...more] },
    omit: 0.2,
    duration: 2,
    limits: scenario.limits,
    slack: 0.3,
    describe: false,
    cpusOf: () => undefined,
    onPhase: () => undefined,
    onBeat: () => undefined,
  });
}

describe('before a measurement', () => {
  const cell: Cell = { ...tcpCell, mtu: 9000, pairs: 2 };

  const lower = (place: Place, device: string): Step => ip(place, `link set ${device} mtu 1500`);
  // a bridge whose MTU was never changed by hand takes on that of its smallest port
  const keep = [8999, 9000].map((mtu) => ip(NODE, `link set br0 mtu ${mtu}`));
  const route = ip(inside('c2'), 'route add 10.0.1.2/32 dev eth0 mtu lock 1500');

  test.each([
    ['in a container', 'veth:bridge', [lower(inside('c2'), 'eth0')], /eth0 \(.*c2.*has 1500/],
    ['on a port of the bridge', 'veth:bridge', [...keep, lower(NODE, 'vs1')], /vs1 .*has 1500/],
    ['on the bridge', 'veth:bridge', [lower(NODE, 'br0')], /br0 .*has 1500/],
    ['on the uplink', 'macvlan:bridge', [lower(NODE, 'uplink0')], /uplink0 .*has 1500/],
    ['at the switch', 'macvlan:bridge', [lower(SWITCH, 'port0')], /port0 .*has 1500/],
    ['that no device shows', 'veth:direct', [route], /9000 bytes do not get from c2 to s2, smaller ones do/],
  ])('a smaller MTU %s is found and named', async (_where, driver, steps, message) => {
    const { failure } = await runOnce({ ...cell, driver }, steps);
    expect(failure).toMatchObject({ reason: 'mtu', message: expect.stringMatching(message) as string });
  });

  test('a pair that does not reach each other is found and named', async () => {
    const { failure } = await runOnce(cell, [ip(NODE, 'link set vs2 down')]);
    expect(failure).toEqual({ reason: 'reach', message: "c2 can't reach s2 (1 of 2 pairs)" });
  });
});

/** What every pair may send, bit/s on the wire. */
const RATE = 50e6;
const PAIRS = 2;

/** Holds every pair to `RATE`, on its own device or, where all share one, on that. */
function limit({ driver, pairs }: Cell): Step[] {
  const tbf = (place: Place, device: string, rate: number): Step => ({
    place,
    argv: `tc qdisc add dev ${device} root tbf rate ${rate} burst 64kb limit 256kb`.split(' '),
    undo: `tc qdisc del dev ${device} root`.split(' '),
  });
  if (driver === 'host') return [tbf(NODE, 'lo', pairs * RATE)];
  return Array.from({ length: pairs }, (_, index) => tbf(inside(`c${index + 1}`), 'eth0', RATE));
}

/** A run that counts; one that did not, on a busy machine, is repeated as in an experiment. */
async function measured(cell: Cell): Promise<Measurement> {
  let outcome = await runOnce(cell, limit(cell));
  for (let retry = 0; outcome.failure && retry < scenario.retries; retry++)
    outcome = await runOnce(cell, limit(cell));
  expect(outcome.failure).toBeUndefined();
  return outcome.measurement!;
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

/** What iperf3 says of its whole span may differ from the window by so much. */
const LONGER_SPAN = 0.1;

function expectTcpCounts({ tcp, udp, flows }: Measurement): void {
  expect(udp).toBeUndefined();
  expect(tcp!.segmentsReceived).toBeGreaterThan(0);
  expect(flows.every(({ lateness }) => lateness! >= 0)).toBe(true);
}

function expectUdpCounts({ tcp, udp, throughput, window, flows }: Measurement, bytes: number): void {
  expect(tcp).toBeUndefined();
  const { sent, received, receiveBufferErrors, receiveErrors, reassemblyFailures } = udp!;
  expect((received * bytes * 8) / window.seconds).toBeCloseTo(throughput);
  expect(reassemblyFailures).toBe(0);
  expectAgreement(received + receiveBufferErrors + receiveErrors, sent);
  const apart = flows.filter(({ source }) => source === 'device');
  expect(apart.every(({ lateness }) => lateness! >= 0)).toBe(true);
  expect(apart.length === 0 || sum(apart.map((flow) => flow.udp!.received)) === received).toBe(true);
}

describe.each(traffic)('%s over paths of a known rate', (_name, cell, payload) => {
  test.each(drivers)('with %s has figures that agree with the rate and each other', async (driver) => {
    const measurement = await measured({ ...cell, driver });
    const { throughput, window, fairness, crossCheck, sumOfFlowMeans, flows } = measurement;
    const share = throughput / (PAIRS * RATE * payload);
    expect(share).toBeLessThan(1.02);
    // on a busy machine senders may starve
    expect(share).toBeGreaterThan(0.9);
    expectAgreement(sumOfFlowMeans!, throughput, LONGER_SPAN);
    const counted = flows.every(({ source }) => source !== 'iperf3-server');
    expectAgreement(sum(flows.map(({ goodput }) => goodput!)), throughput, counted ? 0.03 : LONGER_SPAN);
    expect(flows.map(({ pair }) => pair)).toEqual([1, 2]);
    expect(window.seconds).toBeGreaterThanOrEqual(window.asked);
    expect(Math.abs(crossCheck!)).toBeLessThan(scenario.limits.crossCheck);
    expect(fairness).toBeGreaterThan(0);
    expect(fairness).toBeLessThanOrEqual(1);
    if (cell.protocol === 'tcp') expectTcpCounts(measurement);
    else expectUdpCounts(measurement, datagramBytes(cell.udpLength!, cell.mtu));
  });
});

test.each([tcp, udp(8192)])(
  'the method of 2015 adds up what senders say of themselves: $protocol',
  async (cell) => {
    const { throughput, throughputSource, flows } = await measured({ ...cell, method: 'published-2015' });
    expect(throughputSource).toBe('iperf3-sender');
    expect(sum(flows.map(({ iperf3 }) => iperf3.sentMean!))).toBeCloseTo(throughput);
    // what waits in the senders' buffers is in it too
    expect(throughput / (PAIRS * RATE)).toBeGreaterThan(0.9);
    expect(throughput / (PAIRS * RATE)).toBeLessThan(1.1);
  },
);
