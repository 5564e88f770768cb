import { beforeEach, describe, expect, test, vi } from 'vitest';
import { BenchError, type FailureReason } from '../../src/failures.js';
import type { Node } from '../../src/nodes/node.js';
import type { ProgressEvent } from '../../src/progress/event.js';
import type { RunRecord } from '../../src/results/record.js';
import { runExperiment, type ExperimentRequest, type ExperimentResult } from '../../src/runner/experiment.js';
import { openRig } from '../../src/runner/rig.js';
import { runCell } from '../../src/runner/run.js';
import { record, scenario as small } from '../results/help.js';

vi.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }));
vi.mock(import('../../src/runner/rig.js'), () => ({ openRig: vi.fn() }));
vi.mock(import('../../src/runner/run.js'), () => ({ runCell: vi.fn() }));

type RunRequest = Parameters<typeof runCell>[0];
type RunOutcome = Awaited<ReturnType<typeof runCell>>;

/** Two strata (1 and 2 pairs), two drivers, two blocks each: 8 runs. */
const scenario = { ...small, retries: 2 };

/** What happened, in order. */
let log: string[];
let rigs: { testbeds: { alive: boolean }[] }[];
let appended: RunRecord[];
let events: ProgressEvent[];
let requests: RunRequest[];
let stop: AbortController;
let abort: AbortController;

const made = record();
if (made.status !== 'ok') throw new Error('a record without a measurement');
const good = made.measurement;
const ok: RunOutcome = {
  phases: { build: 0.1 },
  warnings: ['mind'],
  measurement: good,
  raw: { passes: [] },
};
const failing = (reason: FailureReason): RunOutcome => ({
  phases: {},
  warnings: [],
  failure: { reason, message: `it was ${reason}` },
  raw: {},
});

/** Plays the outcomes one after another, and then only good ones. */
function outcomes(...some: (RunOutcome | (() => RunOutcome))[]): void {
  vi.mocked(runCell).mockImplementation((request) => {
    requests.push(request);
    log.push(`run ${request.cell.pairs} ${request.cell.driver}`);
    const next = some.shift() ?? ok;
    return Promise.resolve(typeof next === 'function' ? next() : next);
  });
}

beforeEach(() => {
  log = [];
  rigs = [];
  appended = [];
  events = [];
  requests = [];
  stop = new AbortController();
  abort = new AbortController();
  outcomes();
  vi.mocked(openRig).mockImplementation(() => {
    log.push('open');
    const rig = {
      testbeds: [{ alive: true }],
      close: () => {
        log.push('close');
        rig.testbeds[0]!.alive = false;
        return Promise.resolve();
      },
    };
    rigs.push(rig);
    return Promise.resolve(rig as unknown as Awaited<ReturnType<typeof openRig>>);
  });
});

function experiment(changes: Partial<ExperimentRequest> = {}): Promise<ExperimentResult> {
  return runExperiment({
    stations: [{ node: { name: 'local' } as Node }],
    scenario,
    writer: {
      folder: 'results/it',
      append: (written) => {
        log.push(`append ${written.id}`);
        appended.push(written);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    },
    records: [],
    kernelLogs: [],
    lineRate: undefined,
    numa: [[[0, 1]]],
    planFor: () => ({ nodes: [], containers: [], reach: [], counters: 'device', mtu: 1500 }),
    listener: (event) => events.push(event),
    stopAfterRun: stop.signal,
    abortNow: abort.signal,
    ...changes,
  });
}

async function failureOf(work: Promise<unknown>): Promise<BenchError['failure']> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BenchError);
  return (error as BenchError).failure;
}

/** Each run's place: block, stratum and repetition, position, driver. */
const turns = (records: RunRecord[]): string[] =>
  records.map(({ block, cell, repetition, position }) => `${block}: ${cell.pairs}#${repetition} ${position}`);

describe('an experiment', () => {
  test('visits every stratum once before it repeats one, with all drivers back to back', async () => {
    expect(await experiment()).toEqual({ ok: 8, failed: 0, interrupted: false });
    const strata = appended.map(({ cell, repetition }) => `${cell.pairs}#${repetition}`);
    // Blocks 0 and 1 are repetition 0 of both strata, 2 and 3 repetition 1.
    expect(appended.map(({ block }) => block)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(appended.map(({ repetition }) => repetition)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(appended.map(({ position }) => position)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
    for (const at of [0, 2, 4, 6]) {
      expect(strata[at]).toBe(strata[at + 1]);
      expect(
        appended
          .slice(at, at + 2)
          .map(({ cell }) => cell.driver)
          .sort(),
      ).toEqual(['host', 'veth:bridge']);
    }
    expect(new Set(strata).size).toBe(4);
    expect(appended.map(({ id }) => id)).toEqual([
      '0001',
      '0002',
      '0003',
      '0004',
      '0005',
      '0006',
      '0007',
      '0008',
    ]);
  });

  test('goes the same way again with its seed, and another way with others', async () => {
    const ways = new Set<string>();
    for (const seed of [1, 1, 2, 3, 4, 5]) {
      appended = [];
      await experiment({ scenario: { ...scenario, seed } });
      ways.add(appended.map(({ cell }) => `${cell.pairs}${cell.driver}`).join());
      if (ways.size > 1) expect(seed).not.toBe(1);
    }
    expect(ways.size).toBeGreaterThan(1);
  });

  test('writes each run down before the next begins, in one testbed that is closed at the end', async () => {
    await experiment({ scenario: { ...scenario, pairs: [1], repeat: { kind: 'fixed', blocks: 1 } } });
    expect(log.map((entry) => entry.replace(/ 1 .*/, ''))).toEqual([
      'open',
      'run',
      'append 0001',
      'run',
      'append 0002',
      'close',
    ]);
  });

  test('keeps what a run said of itself', async () => {
    await experiment();
    expect(appended[0]).toMatchObject({
      status: 'ok',
      take: 0,
      attempt: 0,
      phases: { build: 0.1 },
      warnings: ['mind'],
      measurement: good,
    });
  });

  test('tells how far it is', async () => {
    await experiment();
    const finished = events.filter((event) => event.kind === 'run-finished');
    expect(finished.map(({ done, runs }) => [done, runs])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => [n, 8]),
    );
    expect(finished.at(-1)!.etaSeconds).toBe(0);
  });

  test('counts a run that is repeated once', async () => {
    outcomes(failing('sampling'), ok);
    await experiment();
    const finished = events.filter((event) => event.kind === 'run-finished');
    expect(finished.map(({ done, runs }) => [done, runs])).toEqual(
      [1, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => [n, 8]),
    );
  });

  test('closes its testbed when a record can not be written', async () => {
    const full = new BenchError({ reason: 'disk', message: 'full' });
    const writer = { folder: '', append: () => Promise.reject(full), close: () => Promise.resolve() };
    expect((await failureOf(experiment({ writer }))).reason).toBe('disk');
    expect(log.at(-1)).toBe('close');
  });
});

describe('a run that fails', () => {
  test('is repeated in its place of the block, and both are kept', async () => {
    outcomes(failing('sampling'));
    expect(await experiment()).toEqual({ ok: 8, failed: 0, interrupted: false });
    expect(turns(appended.slice(0, 2))).toEqual([turns(appended)[0], turns(appended)[0]]);
    expect(appended.map(({ attempt }) => attempt)).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0]);
    expect(appended[0]).toMatchObject({ status: 'failed', failure: { reason: 'sampling' } });
    expect(appended[0]!.cell).toEqual(appended[1]!.cell);
  });

  test('is given up after its retries, and the block goes on', async () => {
    outcomes(failing('iperf3'), failing('connect'), failing('iperf3'));
    expect(await experiment()).toEqual({ ok: 7, failed: 1, interrupted: false });
    expect(appended.map(({ attempt }) => attempt).slice(0, 4)).toEqual([0, 1, 2, 0]);
    expect(appended).toHaveLength(10);
  });

  test('keeps what it has measured', async () => {
    outcomes({ ...ok, failure: { reason: 'sampling', message: 'late' } });
    await experiment();
    expect(appended[0]).toMatchObject({ status: 'failed', measurement: good });
  });
});

describe('a testbed that is lost', () => {
  test.each<FailureReason>(['testbed-lost', 'connection-lost', 'timeout', 'setup'])(
    'by %s is opened anew before the next run',
    async (reason) => {
      outcomes(failing(reason));
      expect(await experiment()).toMatchObject({ ok: 8, failed: 0 });
      expect(log.slice(0, 5).map((entry) => entry.split(' ')[0])).toEqual([
        'open',
        'run',
        'append',
        'close',
        'open',
      ]);
      expect(rigs).toHaveLength(2);
    },
  );

  test('by an end that another failure hides is opened anew', async () => {
    outcomes(() => {
      rigs[0]!.testbeds[0]!.alive = false;
      return failing('iperf3');
    });
    await experiment();
    expect(rigs).toHaveLength(2);
  });

  test('is kept after failures that leave it as it was', async () => {
    outcomes(failing('connect'), failing('sampling'));
    await experiment();
    expect(rigs).toHaveLength(1);
  });

  test('and can’t be opened at once fails the run for that reason, and is tried again', async () => {
    const refusal = new BenchError({ reason: 'uplink', message: 'lent to another run' });
    outcomes(() => {
      vi.mocked(openRig).mockRejectedValueOnce(refusal);
      return failing('connection-lost');
    });
    expect(await experiment()).toMatchObject({ ok: 8, failed: 0 });
    expect(appended.slice(0, 3).map((run) => (run.status === 'ok' ? 'ok' : run.failure.reason))).toEqual([
      'connection-lost',
      'uplink',
      'ok',
    ]);
  });

  test('and was never open ends the experiment', async () => {
    vi.mocked(openRig).mockRejectedValueOnce(new BenchError({ reason: 'node', message: 'nobody there' }));
    expect((await failureOf(experiment())).reason).toBe('node');
    expect(appended).toEqual([]);
  });

  test('three times in a row ends the experiment, with the last reason and all records', async () => {
    outcomes(failing('setup'), failing('timeout'), failing('setup'));
    const failure = await failureOf(experiment());
    expect(appended).toHaveLength(3);
    expect(failure).toMatchObject({ reason: 'testbed-lost', detail: 'it was setup' });
    expect(requests).toHaveLength(3);
  });

  test('twice, then once more later, goes on', async () => {
    outcomes(failing('setup'), failing('setup'), ok, failing('setup'));
    expect(await experiment()).toMatchObject({ ok: 8, failed: 0 });
  });
});

describe('stopping', () => {
  test('finishes the run and its record, and none after it', async () => {
    outcomes(ok, () => {
      stop.abort();
      return ok;
    });
    expect(await experiment()).toEqual({ ok: 2, failed: 0, interrupted: true });
    expect(appended).toHaveLength(2);
    expect(log.at(-1)).toBe('close');
  });

  test('does not repeat a run that fails', async () => {
    outcomes(() => {
      stop.abort();
      return failing('iperf3');
    });
    expect(await experiment()).toMatchObject({ interrupted: true });
    expect(appended).toHaveLength(1);
  });

  test('at once closes the testbed and loses the run', async () => {
    outcomes(ok, () => {
      abort.abort();
      log.push('aborted');
      return failing('testbed-lost');
    });
    expect(await experiment()).toEqual({ ok: 1, failed: 0, interrupted: true });
    expect(appended).toHaveLength(1);
    expect(log.slice(-2)).toEqual(['close', 'aborted']);
  });
});

describe('going on with an experiment', () => {
  /** The records of a whole experiment. */
  async function whole(): Promise<RunRecord[]> {
    await experiment();
    const records = appended;
    appended = [];
    return records;
  }

  test('that is complete runs nothing', async () => {
    const records = await whole();
    expect(await experiment({ records })).toEqual({ ok: 8, failed: 0, interrupted: false });
    expect(appended).toEqual([]);
  });

  test('between two blocks goes on with the next block and number', async () => {
    const records = await whole();
    expect(await experiment({ records: records.slice(0, 4) })).toMatchObject({ ok: 8 });
    expect(turns(appended)).toEqual(turns(records.slice(4)));
    expect(appended.map(({ id }) => id)).toEqual(['0005', '0006', '0007', '0008']);
    expect(appended.map(({ take }) => take)).toEqual([0, 0, 0, 0]);
  });

  test('inside a block runs that block anew as a whole, as its next take', async () => {
    const records = await whole();
    const earlier = records.slice(0, 3);
    expect(await experiment({ records: earlier })).toMatchObject({ ok: 8 });
    // Block 1 was broken off after its first driver: it is rerun first, as block 2.
    expect(appended.map(({ block, take }) => [block, take])).toEqual([
      [2, 1],
      [2, 1],
      [3, 0],
      [3, 0],
      [4, 0],
      [4, 0],
    ]);
    expect(appended.slice(0, 2).map(({ cell }) => cell)).toEqual(records.slice(2, 4).map(({ cell }) => cell));
    expect(appended[0]!.id).toBe('0004');
  });
});

test('an adaptive experiment stops at its budget', async () => {
  const repeat = { kind: 'adaptive', min: 2, max: 4, precision: 0.01, budget: 0 } as const;
  expect(await experiment({ scenario: { ...scenario, repeat } })).toMatchObject({
    ok: 0,
    interrupted: false,
  });
});

test('an adaptive experiment repeats until every ratio is precise', async () => {
  const repeat = { kind: 'adaptive', min: 2, max: 9, precision: 0.01 } as const;
  // Every run is equal, so the ratio is known exactly after the least number of blocks.
  expect(await experiment({ scenario: { ...scenario, repeat } })).toMatchObject({ ok: 8 });
});
