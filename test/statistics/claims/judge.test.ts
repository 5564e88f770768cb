import { describe, expect, test } from 'vitest';
import type { ExperimentHeader, RunRecord } from '../../../src/results/record.js';
import type { Cell } from '../../../src/scenario/scenario.js';
import { intervalOf } from '../../../src/statistics/claims/figure.js';
import { judgeClaims } from '../../../src/statistics/claims/judge.js';
import type { Verdict } from '../../../src/statistics/claims/verdict.js';
import { cell, header, run, runs, scenario } from '../made.js';

const JITTER = [1, 1.004, 0.997, 1.002, 0.998];
const around = (level: number) => JITTER.map((jitter) => level * jitter);
const of = (level: number, factors: Partial<Cell>) => runs(cell(factors), around(level));

function verdict(id: string, records: RunRecord[], changes: Partial<ExperimentHeader> = {}): Verdict {
  const experiment = {
    header: header({ scenario: scenario({ claims: [id] }), ...changes }),
    records,
    attempts: records,
  };
  const [only, ...more] = judgeClaims({ experiments: [experiment] });
  expect(more).toEqual([]);
  return only!;
}
const rulings = (verdict: Verdict) => verdict.parts.map(({ words, ruling }) => [words, ruling]);

describe('S1', () => {
  const drivers = (ipvlan: number, macvlan: number, veth: number) => [
    ...of(ipvlan, { driver: 'ipvlan:l3' }),
    ...of(macvlan, { driver: 'macvlan:bridge' }),
    ...runs(cell({ driver: 'veth:bridge' }), around(veth).reverse()),
  ];

  test('confirms each part that lies in its range, and leaves the whole open while published ports are unmeasured', () => {
    const judged = verdict('S1', drivers(30, 27, 10));
    expect(rulings(judged)).toEqual([
      ['ipvlan l3 carries more than macvlan bridge', 'confirmed'],
      ['ipvlan l3 carries more than veth + bridge', 'confirmed'],
      ['macvlan bridge carries 2.5 to 3 times as much as veth + bridge', 'confirmed'],
      ['ipvlan l3 carries 2.5 to 3 times as much as veth + bridge', 'confirmed'],
      [
        'macvlan bridge carries 2.5 to 3 times as much as veth through a published port, DNAT',
        'not measured',
      ],
      ['ipvlan l3 carries 2.5 to 3 times as much as veth through a published port, DNAT', 'not measured'],
      [
        'macvlan bridge carries 2.5 to 3 times as much as veth through a published port, userland proxy',
        'not measured',
      ],
      [
        'ipvlan l3 carries 2.5 to 3 times as much as veth through a published port, userland proxy',
        'not measured',
      ],
    ]);
    expect(judged).toMatchObject({ ruling: 'inconclusive', method: 'concurrent', inEmulation: false });
    expect(judged.parts[4]!.missing).toEqual(['no good run of veth nat with TCP']);
  });

  test('refutes what lies elsewhere, with the numbers', () => {
    const judged = verdict('S1', drivers(10, 11.7, 10));
    expect(judged.parts.map(({ ruling }) => ruling).slice(0, 4)).toEqual([
      'refuted',
      'inconclusive',
      'refuted',
      'refuted',
    ]);
    expect(judged.ruling).toBe('refuted');
    const [finding] = judged.parts[2]!.findings;
    expect(finding!.text).toBe(
      'macvlan bridge is 1.17 × veth + bridge [1.17, 1.17], 5 blocks, 2 pairs, TCP cubic, MTU 1500',
    );
    expect(judged.summary).toBe(
      'of 4 comparisons 0 confirm, 3 refute, 1 are inconclusive; the ratios span 0.85 to 1.17',
    );
  });

  test('one pair count that contradicts refutes the part, and both are shown', () => {
    const judged = verdict('S1', [
      ...drivers(30, 27, 10),
      ...[1, 4].flatMap((pairs) => [
        ...of(25, { driver: 'ipvlan:l3', pairs }),
        ...of(27, { driver: 'macvlan:bridge', pairs }),
      ]),
    ]);
    expect(judged.parts[0]).toMatchObject({
      ruling: 'refuted',
      findings: [{ ruling: 'confirmed' }, { ruling: 'refuted' }, { ruling: 'refuted' }],
      missing: ['MTU 9000', '8, 16, 32, 64, 128 pairs'],
    });
  });

  test('is inconclusive with a single block', () => {
    const judged = verdict('S1', [
      run(cell({ driver: 'ipvlan:l3' }), 0, 3),
      run(cell({ driver: 'macvlan:bridge' }), 0, 2),
    ]);
    expect(judged.parts[0]).toMatchObject({ ruling: 'inconclusive', findings: [{ ruling: 'inconclusive' }] });
    expect(judged.parts[0]!.findings[0]!.text).toContain('measured once: no interval');
  });

  test('says why a driver is missing', () => {
    const unavailable = [{ driver: 'ipvlan:l3', because: 'this kernel has no ipvlan' }];
    const judged = verdict('S1', [], { unavailable, emulated: true });
    expect(judged).toMatchObject({ ruling: 'not measured', inEmulation: false });
    expect(judged.parts[0]!.missing).toContain('ipvlan l3: this kernel has no ipvlan');
    expect(judged.summary).toBe(
      'ipvlan l3: this kernel has no ipvlan; no good run of macvlan bridge with TCP; and 3 more',
    );
  });

  test('widens intervals with the number of findings', () => {
    const noisy = (pairs: number, shift: number) => [
      ...runs(cell({ driver: 'ipvlan:l3', pairs }), [12, 10, 11.5, 10.5, 11 + shift]),
      ...runs(cell({ driver: 'macvlan:bridge', pairs }), [11, 11, 11, 11, 11]),
    ];
    const width = (judged: Verdict) => {
      const { low, high } = intervalOf(judged.parts[0]!.findings[0]!.figure)!;
      return high - low;
    };
    expect(width(verdict('S1', [...noisy(1, 0), ...noisy(2, 0.1)]))).toBeGreaterThan(
      width(verdict('S1', noisy(1, 0))),
    );
  });

  test('judges one method, and never mixes two', () => {
    const old = { method: 'published-2015' as const };
    const records = [...of(30, { driver: 'ipvlan:l3' }), ...of(27, { driver: 'macvlan:bridge', ...old })];
    expect(verdict('S1', records).parts[0]!.ruling).toBe('not measured');
  });
});

describe('S2', () => {
  const mtus = (of9000: number) => [
    ...of(10, { driver: 'veth:bridge' }),
    ...of(of9000, { driver: 'veth:bridge', mtu: 9000 }),
  ];

  test.each([
    { of9000: 10.4, ruling: 'confirmed' },
    { of9000: 11, ruling: 'inconclusive' },
    { of9000: 14, ruling: 'refuted' },
  ])('is $ruling for veth when MTU 9000 gives $of9000 and 1500 gives 10', ({ of9000, ruling }) => {
    const wobbling = mtus(of9000).map((one) =>
      one.cell.mtu === 9000 && one.block === 0 ? run(one.cell, 0, of9000 * 1.01) : one,
    );
    expect(verdict('S2', wobbling).parts[0]!.ruling).toBe(ruling);
  });

  test('needs both MTUs', () => {
    expect(verdict('S2', of(10, { mtu: 9000 })).parts[0]).toMatchObject({
      ruling: 'not measured',
      missing: ['no good run of veth + bridge with TCP, MTU 1500'],
    });
  });
});

test('S3 tells the datagrams apart and says the loss', () => {
  const lossy = (driver: string, level: number, received: number) =>
    runs(cell({ protocol: 'udp', driver }), around(level), {
      udp: { sent: 100, received, receiveBufferErrors: 0, receiveErrors: 0, reassemblyFailures: 0 },
    });
  const judged = verdict('S3', [...lossy('macvlan:bridge', 9, 88), ...lossy('veth:bridge', 6, 69)]);
  expect(judged.parts.map(({ ruling }) => ruling)).toEqual([
    'not measured',
    'not measured',
    'not measured',
    'confirmed',
  ]);
  expect(judged.parts[2]!.missing).toContain(
    'no good run of macvlan bridge with UDP, datagrams of 8192 bytes',
  );
  expect(judged.parts[3]!.findings[0]!.text).toMatch(/12 % and 31 % of datagrams lost$/);
});

describe('S4', () => {
  const experiment = (protocol: 'tcp' | 'udp', level: number) => {
    const records = of(level, { protocol, driver: 'macvlan:bridge' });
    return {
      header: header({ scenario: scenario({ claims: ['S4'], protocol }) }),
      records,
      attempts: records,
    };
  };

  test.each([
    { tcp: 35, ruling: 'confirmed' },
    { tcp: 20, ruling: 'refuted' },
  ])('compares TCP of $tcp with UDP of 10 over two experiments: $ruling', ({ tcp, ruling }) => {
    const [judged] = judgeClaims({ experiments: [experiment('udp', 10), experiment('tcp', tcp)] });
    expect(judged!.parts.map((part) => part.ruling)).toEqual(['not measured', ruling]);
    expect(judged!.parts[1]!.findings[0]!.text).toContain('5 or more runs on each side');
  });

  test('names the protocol that is missing', () => {
    const [judged] = judgeClaims({ experiments: [experiment('udp', 10)] });
    expect(judged!.parts[1]!.missing).toEqual(['no good run of macvlan bridge with TCP']);
  });
});

test.each([
  { totals: [10, 8, 6], ruling: 'confirmed' },
  { totals: [10, 8, 12], ruling: 'refuted' },
])('S5 is $ruling when 2, 4 and 8 pairs of veth carry $totals', ({ totals, ruling }) => {
  const records = totals.flatMap((level, index) => of(level, { protocol: 'udp', pairs: 2 ** (index + 1) }));
  const part = verdict('S5', records).parts[1]!;
  expect(part).toMatchObject({ ruling, missing: ['MTU 9000', '16 pairs'] });
  expect(part.findings[0]!.text).toMatch(
    /^the total of 4 pairs is 0.80 × the total of 2 pairs \[.*\], 5 repetitions/,
  );
});

test('only claims that a scenario speaks to are judged', () => {
  const records = of(10, {});
  expect(judgeClaims({ experiments: [{ header: header(), records, attempts: records }] })).toEqual([]);
  expect(judgeClaims({ experiments: [] })).toEqual([]);
});

test('a starved total is not measured, and says so', () => {
  const judged = verdict('S1', [
    ...runs(cell({ driver: 'ipvlan:l3' }), [3, 0, 3]),
    ...runs(cell({ driver: 'macvlan:bridge' }), [2, 2, 2]),
  ]);
  expect(judged.parts[0]).toMatchObject({
    ruling: 'not measured',
    findings: [{ figure: { ratio: { zeros: 1 } } }],
  });
  expect(judged.parts[0]!.findings[0]!.text).toContain('1 total is 0');
});
