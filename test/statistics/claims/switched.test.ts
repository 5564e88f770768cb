import { describe, expect, test } from 'vitest';
import type { ExperimentHeader, RunRecord } from '../../../src/results/record.js';
import type { Cell } from '../../../src/scenario/scenario.js';
import { judgeClaims } from '../../../src/statistics/claims/judge.js';
import type { Verdict } from '../../../src/statistics/claims/verdict.js';
import { cell, cpu, failedFor, header, run, runs, scenario } from '../made.js';

const GIGA = 1e9;
const switched = (factors: Partial<Cell>) => cell({ topology: 'switched', ...factors });

function experiment(id: string, attempts: RunRecord[], changes: Partial<ExperimentHeader> = {}) {
  const records = attempts.filter(({ attempt }) => attempt === 0);
  const own = scenario({ topology: 'switched', claims: [id] });
  return { header: header({ scenario: own, ...changes }), records, attempts };
}

function verdict(id: string, attempts: RunRecord[], changes: Partial<ExperimentHeader> = {}): Verdict {
  return judgeClaims({ experiments: [experiment(id, attempts, changes)] })[0]!;
}

const rulings = (judged: Verdict) => judged.parts.map(({ ruling }) => ruling);

describe('S6', () => {
  const three = (veth: number[], macvlan: number[], ipvlan: number[]) => [
    ...runs(switched({ driver: 'veth:bridge' }), veth),
    ...runs(switched({ driver: 'macvlan:bridge' }), macvlan),
    ...runs(switched({ driver: 'ipvlan:l3' }), ipvlan),
  ];

  test('confirms that every two drivers are within 5 %', () => {
    // Every block alike, so intervals have no width: 10.2/10 = 1.02, 9.8/10 = 0.98, 9.8/10.2 = 0.961.
    const judged = verdict('S6', three([10, 10, 10], [10.2, 10.2, 10.2], [9.8, 9.8, 9.8]));
    expect(judged.parts.map(({ words, ruling }) => [words, ruling])).toEqual([
      ['macvlan bridge within 5 % of veth + bridge', 'confirmed'],
      ['ipvlan l3 within 5 % of veth + bridge', 'confirmed'],
      ['ipvlan l3 within 5 % of macvlan bridge', 'confirmed'],
    ]);
    expect(judged.ruling).toBe('confirmed');
    expect(judged.parts[0]!.findings[0]!.text).toBe(
      'macvlan bridge is 1.02 × veth + bridge [1.02, 1.02], 3 blocks, 2 pairs, TCP cubic, MTU 1500, switched',
    );
  });

  test('says nothing of figures that a user has capped', () => {
    const [environment] = header({}).environments;
    const uplink = { name: 'eth1', mode: 'shared', rateCap: 5e8 } as const;
    const environments = [{ ...environment!, uplink }];
    expect(verdict('S6', three([10, 10], [10, 10], [10, 10]), { environments }).ruling).toBe('not measured');
  });

  test('refutes it by two drivers that are further apart', () => {
    // 9.8/10.4 = 0.942 is below 0.95, the others are 1.04 and 0.98.
    expect(rulings(verdict('S6', three([10, 10, 10], [10.4, 10.4, 10.4], [9.8, 9.8, 9.8])))).toEqual([
      'confirmed',
      'confirmed',
      'refuted',
    ]);
  });

  test('wants the whole interval within 5 %', () => {
    // Log ratios 0.01 and 0.03: mean 0.02, standard error 0.01, t of one degree of freedom 12.706:
    // exp(0.02 ± 0.127) = [0.898, 1.158], although 1.02 itself is close.
    const macvlan = [10 * Math.exp(0.01), 10 * Math.exp(0.03)];
    const judged = verdict('S6', three([10, 10], macvlan, []));
    expect(rulings(judged)).toEqual(['inconclusive', 'not measured', 'not measured']);
    expect(judged.parts[0]!.findings[0]!.text).toContain('is 1.02 × veth + bridge [0.90, 1.16], 2 blocks');
    expect(judged.parts[1]!.missing).toEqual(['no good run of ipvlan l3 with TCP, switched']);
  });

  test('adjusts intervals over all of its comparisons', () => {
    // Two comparisons that stay open: 97.5 % each, t of one degree of freedom 25.45: exp(0.02 ± 0.2545).
    const spread = [10 * Math.exp(0.01), 10 * Math.exp(0.03)];
    const judged = verdict('S6', [
      ...three([10, 10], spread, []),
      ...runs(switched({ driver: 'veth:bridge', pairs: 4 }), [10, 10]),
      ...runs(switched({ driver: 'macvlan:bridge', pairs: 4 }), spread),
    ]);
    expect(judged.parts[0]!.findings[0]!.text).toContain('[0.79, 1.32]');
  });

  test('says nothing of runs on one machine', () => {
    const local = runs(cell({ driver: 'veth:bridge' }), [10]);
    expect(verdict('S6', local).ruling).toBe('not measured');
  });
});

describe('S7', () => {
  const mtus = (of9000: number[]) => [
    ...runs(switched({ driver: 'macvlan:bridge' }), [7 * GIGA, 7 * GIGA, 7 * GIGA]),
    ...runs(switched({ driver: 'macvlan:bridge', mtu: 9000 }), of9000),
  ];

  test('confirms a gain that is 2 Gbit/s to the digit given, ± 5 %', () => {
    // Differences 1.9, 2.1 and 2.0: mean 2, s = 0.1, standard error 0.0577, t of 2 degrees of freedom 4.303:
    // 2 ± 0.248, within 1.5 × 0.95 = 1.425 to 2.5 × 1.05 = 2.625.
    const judged = verdict('S7', mtus([8.9 * GIGA, 9.1 * GIGA, 9 * GIGA]));
    expect(rulings(judged)).toEqual(['not measured', 'confirmed', 'not measured']);
    expect(judged.parts[1]!).toMatchObject({ kind: 'difference', range: { low: 1.425e9, high: 2.625e9 } });
    expect(judged.parts[1]!.findings[0]!.text).toBe(
      'macvlan bridge at MTU 9000 minus macvlan bridge at MTU 1500 is 2 Gbit/s [1.75 Gbit/s, 2.25 Gbit/s], ' +
        '3 repetitions, 2 pairs, TCP cubic, MTU 9000, switched',
    );
    expect(judged.summary).toContain('the differences span 2 Gbit/s to 2 Gbit/s');
  });

  test('refutes a smaller one, and a loss', () => {
    // Differences of exactly 0.5 and −1 Gbit/s.
    expect(rulings(verdict('S7', mtus([7.5 * GIGA, 7.5 * GIGA, 7.5 * GIGA])))[1]).toBe('refuted');
    const loss = verdict('S7', mtus([6 * GIGA, 6 * GIGA, 6 * GIGA])).parts[1]!;
    expect(loss).toMatchObject({ ruling: 'refuted' });
    expect(loss.findings[0]!.text).toContain('is -1 Gbit/s [-1 Gbit/s, -1 Gbit/s]');
  });

  test('is inconclusive with a single repetition', () => {
    const once = mtus([9 * GIGA]);
    expect(verdict('S7', once).parts[1]!).toMatchObject({ ruling: 'inconclusive' });
    expect(verdict('S7', once).parts[1]!.findings[0]!.text).toContain(
      '2 Gbit/s (measured once: no interval)',
    );
  });
});

describe('S8', () => {
  const udp = (driver: string, level: number, figures = {}) =>
    runs(switched({ protocol: 'udp', driver, pairs: 4 }), [level, level, level], figures);
  const nodes = (first: number, second: number, cores = 2) => ({
    cpu: [
      cpu('node1', { busy: first, idle: 10 - first, cores }),
      cpu('node2', { busy: second, idle: 10 - second, cores }),
    ],
  });
  const cpuPart = (judged: Verdict) =>
    judged.parts.find(({ kind, words }) => kind === 'share' && words.startsWith('macvlan'))!;

  test('compares macvlan with both others by what arrives', () => {
    // 3/2 = 1.5 is more than 1; 3/3.3 = 0.91 is not.
    const judged = verdict('S8', [
      ...udp('macvlan:bridge', 3),
      ...udp('ipvlan:l3', 2),
      ...udp('veth:bridge', 3.3),
    ]);
    const fit = judged.parts.filter(({ words }) => words.includes('datagrams that fit'));
    expect(fit.map(({ words, ruling }) => [words, ruling])).toEqual([
      ['macvlan bridge delivers more than ipvlan l3 (datagrams that fit the MTU)', 'confirmed'],
      ['macvlan bridge delivers more than veth + bridge (datagrams that fit the MTU)', 'refuted'],
    ]);
  });

  test('confirms a full CPU where every node is 95 % busy', () => {
    // 9.8 of 10 s and 9.7 of 10 s.
    const part = cpuPart(verdict('S8', udp('macvlan:bridge', 3, nodes(9.8, 9.7))));
    expect(part).toMatchObject({ ruling: 'confirmed', missing: [] });
    expect(part.findings.map(({ text }) => text)).toEqual([
      'busy share of the CPUs of node1 with macvlan bridge is 98 % [98 %, 98 %], 3 runs, 4 pairs, UDP, MTU 1500, switched',
      'busy share of the CPUs of node2 with macvlan bridge is 97 % [97 %, 97 %], 3 runs, 4 pairs, UDP, MTU 1500, switched',
    ]);
  });

  test('refutes it by one node that has time left', () => {
    // 6 of 10 s on node2.
    expect(cpuPart(verdict('S8', udp('macvlan:bridge', 3, nodes(9.8, 6))))).toMatchObject({
      ruling: 'refuted',
      findings: [{ ruling: 'confirmed' }, { ruling: 'refuted' }],
    });
  });

  test('asks for no full CPU of fewer pairs than CPUs', () => {
    // Four pairs can't fill eight CPUs.
    expect(cpuPart(verdict('S8', udp('macvlan:bridge', 3, nodes(4, 4, 8))))).toMatchObject({
      ruling: 'not measured',
      missing: ['CPU time with at least as many pairs as CPUs'],
    });
  });

  test('calls the CPU of emulated nodes that of the machine they share', () => {
    const machine = { cpu: [cpu('machine', { busy: 10, idle: 0, cores: 2 })] };
    const judged = verdict('S8', udp('macvlan:bridge', 3, machine), { emulated: true });
    expect(cpuPart(judged).findings[0]!.text).toContain(
      'CPUs of the whole machine with macvlan bridge is 100 %',
    );
    expect(judged.inEmulation).toBe(true);
  });
});

test.each([
  { ipvlan: 9.7, ruling: 'confirmed' },
  { ipvlan: 9.2, ruling: 'refuted' },
])('S9 is $ruling where veth delivers 10 and ipvlan l3 $ipvlan at MTU 9000', ({ ipvlan, ruling }) => {
  // 9.7/10 = 0.97 lies in 0.95 to 1.05, 9.2/10 = 0.92 does not.
  const of = (driver: string, mtu: number, level: number) =>
    runs(switched({ protocol: 'udp', driver, mtu }), [level, level]);
  const judged = verdict('S9', [
    ...of('veth:bridge', 9000, 10),
    ...of('ipvlan:l3', 9000, ipvlan),
    ...of('ipvlan:l3', 1500, 5),
  ]);
  const part = judged.parts.find(({ words }) =>
    words.startsWith('ipvlan l3 within 5 % of veth + bridge (datagrams that'),
  )!;
  expect(part).toMatchObject({ ruling, findings: [{ stratum: { mtu: 9000 } }] });
  expect(part.findings).toHaveLength(1);
});

describe('S10', () => {
  const udp = (pairs: number, reconnects: number[]) =>
    reconnects.map((lost, block) =>
      run(switched({ protocol: 'udp', driver: 'veth:bridge', pairs }), block, 1, { reconnects: lost }),
    );
  const part = (attempts: RunRecord[]) => verdict('S10', attempts).parts[0]!;

  test('is confirmed by hellos lost above 16 pairs, and says how many', () => {
    // 32 pairs: none lost; 64 pairs: 3 + 4 = 7 lost. What is lost with 16 pairs says nothing.
    const judged = part([...udp(16, [9, 9]), ...udp(32, [0, 0]), ...udp(64, [3, 4])]);
    expect(judged).toMatchObject({ ruling: 'confirmed', missing: ['MTU 9000', '128 pairs'] });
    expect(judged.findings.map(({ ruling, text }) => [ruling, text])).toEqual([
      [
        'refuted',
        'veth + bridge: in 2 runs 0 hellos were lost, and 0 runs failed to connect, 32 pairs, UDP, MTU 1500, switched',
      ],
      [
        'confirmed',
        'veth + bridge: in 2 runs 7 hellos were lost, and 0 runs failed to connect, 64 pairs, UDP, MTU 1500, switched',
      ],
    ]);
  });

  test('is confirmed by runs that fail to connect, also if a retry made them good', () => {
    const [good] = udp(32, [0]);
    const retried = { ...good!, attempt: 1 };
    const judged = part([failedFor('connect', good!), retried]);
    expect(judged).toMatchObject({ ruling: 'confirmed', findings: [{ figure: { count: 1, n: 2 } }] });
  });

  test('is refuted if none is lost and no run fails for that reason', () => {
    const [other] = udp(64, [0]);
    const judged = part([...udp(32, [0, 0, 0]), failedFor('sampling', other!)]);
    expect(judged.ruling).toBe('refuted');
    expect(verdict('S10', udp(32, [0])).summary).toBe(
      'of 1 comparisons 0 confirm, 1 refute, 0 are inconclusive; the counts span 0 to 0',
    );
  });

  test('is not measured with 16 pairs and fewer', () => {
    expect(part(udp(16, [5]))).toMatchObject({
      ruling: 'not measured',
      missing: ['runs of more than 16 pairs'],
    });
  });
});

describe('S11', () => {
  const environment = { kernel: '', bootId: '', iperf3: '', cpuModel: '', cpus: 2, memoryBytes: 0 };
  const node = (name: string) => ({
    ...environment,
    node: name,
    virtualization: 'none',
    warnings: [],
    facts: {},
  });
  const environments = [node('node1'), node('node2')];
  const looks = (pairs: number, physical: boolean, promiscuous: boolean[]) =>
    promiscuous.map((seen, block) => {
      const uplinks = [{ node: 'node1', name: 'eth1', physical, promiscuous: seen }];
      return run(switched({ driver: 'macvlan:bridge', pairs }), block, 1, { ...{ uplinks } });
    });
  const part = (attempts: RunRecord[]) => verdict('S11', attempts, { environments }).parts[0]!;

  test('is confirmed by physical uplinks that stay quiet with 256 containers', () => {
    // 256 pairs have 512 containers, on two nodes 256 each.
    expect(part(looks(256, true, [false, false]))).toMatchObject({
      ruling: 'confirmed',
      missing: [],
      findings: [
        {
          text: 'macvlan bridge: a physical uplink with 256 containers was promiscuous in 0 of 2 looks, 256 pairs, TCP cubic, MTU 1500, switched',
        },
      ],
    });
  });

  test('is refuted by one that turned promiscuous with as many or fewer', () => {
    expect(part(looks(128, true, [false, true])).ruling).toBe('refuted');
  });

  test('is left open by fewer containers that did not, and by more that did', () => {
    // 128 pairs on two nodes: 128 containers each; 512 pairs: 512 each.
    expect(part(looks(128, true, [false]))).toMatchObject({
      ruling: 'inconclusive',
      missing: ['256 containers on one uplink: there were at most 128'],
    });
    expect(part(looks(512, true, [true])).ruling).toBe('inconclusive');
  });

  test('is not measured where no uplink is physical, or none was looked at', () => {
    expect(part(looks(256, false, [true]))).toMatchObject({
      ruling: 'not measured',
      missing: ['a physical uplink (virtual: eth1 of node1)'],
    });
    expect(part(runs(switched({ driver: 'macvlan:bridge' }), [1]))).toMatchObject({
      ruling: 'not measured',
      missing: ['whether uplinks were promiscuous was not recorded'],
    });
    expect(part([]).missing).toEqual(['no good run of macvlan bridge']);
  });

  test('counts both ends of a pair on one machine', () => {
    // 128 pairs on one node: 256 containers.
    const local = looks(128, true, [false]).map((one) => ({
      ...one,
      cell: { ...one.cell, topology: 'local' as const },
    }));
    expect(verdict('S11', local, { environments: [environments[0]!] }).ruling).toBe('confirmed');
  });
});

test('only verdicts on emulated nodes are "in emulation" where a report has others beside them', () => {
  const real = {
    ...experiment('S2', runs(cell(), [10, 10])),
    header: header({ scenario: scenario({ claims: ['S2'] }) }),
  };
  const emulated = experiment('S6', runs(switched({}), [10, 10]), { emulated: true });
  const judged = judgeClaims({ experiments: [real, emulated] });
  expect(judged.map(({ id, inEmulation }) => [id, inEmulation])).toEqual([
    ['S2', false],
    ['S6', true],
  ]);
});
