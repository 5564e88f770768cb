/** Helps tests of results folders: headers and records as small as the format allows. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { FORMAT_VERSION, type ExperimentHeader, type RunRecord } from '../../src/results/record.js';
import type { Scenario, Stratum } from '../../src/scenario/scenario.js';

/** A new folder that goes away with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-results-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

export const scenario: Scenario = {
  name: 'local-tcp',
  question: 'Which driver is fastest?',
  topology: 'local',
  protocol: 'tcp',
  drivers: ['host', 'veth:bridge'],
  reference: 'veth:bridge',
  pairs: [1, 2],
  mtu: [1500],
  method: ['concurrent'],
  placement: ['none'],
  congestionControl: ['cubic'],
  udpLength: [],
  omit: 0.5,
  duration: 1,
  repeat: { kind: 'fixed', blocks: 2 },
  seed: 1,
  retries: 1,
  limits: { crossCheck: 0.02, sampling: 0.1, retransmits: 0.005, steal: 0.05 },
  claims: ['S1'],
  profile: 'quick',
};

export const header: ExperimentHeader = {
  format: FORMAT_VERSION,
  id: 'local-tcp-quick-2026-01-31T12-00-05Z',
  startedAt: '2026-01-31T12:00:05.000Z',
  benchVersion: '0.1.0',
  scenario,
  unavailable: [],
  environments: [
    {
      node: 'local',
      kernel: '6.1.0',
      bootId: '5d7b2d3e-0000-4000-8000-000000000000',
      iperf3: '3.12',
      cpuModel: 'A CPU',
      cpus: 2,
      memoryBytes: 4 * 1024 ** 3,
      virtualization: 'none',
      warnings: [],
      facts: {},
    },
  ],
  emulated: false,
};

export const stratumOf = (pairs: number): Stratum => ({
  topology: 'local',
  protocol: 'tcp',
  method: 'concurrent',
  mtu: 1500,
  pairs,
  placement: 'none',
  congestionControl: 'cubic',
});

interface Turn {
  id?: string;
  driver?: string;
  pairs?: number;
  repetition?: number;
  take?: number;
  attempt?: number;
  failed?: boolean;
}

const cpuTimes = { user: 1, nice: 0, system: 1, idle: 0, iowait: 0, irq: 0, softirq: 0, steal: 0 };

/** A valid run of one flow, or a failed one that measured nothing. */
export function record(turn: Turn = {}): RunRecord {
  const { id = '0001', driver = 'host', pairs = 1, repetition = 0, take = 0, attempt = 0, failed } = turn;
  const head = {
    id,
    cell: { ...stratumOf(pairs), driver },
    block: 0,
    repetition,
    take,
    position: 0,
    attempt,
    startedAt: '2026-01-31T12:00:06.000Z',
    phases: { build: 0.1 },
    warnings: [],
  };
  if (failed) return { ...head, status: 'failed', failure: { reason: 'connect', message: 'It did not connect.' } };
  return {
    ...head,
    status: 'ok',
    measurement: {
      window: { asked: 1, seconds: 1.01, openedAfter: 0.6 },
      throughput: 1e9,
      throughputSource: 'device',
      flows: [{ pair: 1, goodput: 1e9, source: 'device', iperf3: { receivedBytes: 125_000_000 } }],
      cpu: [{ node: 'local', total: cpuTimes, perCore: [cpuTimes], softirqs: {} }],
      sampling: {
        passes: 20,
        longestPass: 0.01,
        share: 0.02,
        latest: 0.01,
        cpuSeconds: 0.01,
        priority: 'own session',
        clockStep: 0.01,
      },
      reconnects: 0,
      beats: [],
    },
  };
}
