import { expect, test } from 'vitest';
import { differences } from '../../src/results/conditions.js';
import type { Environment, ExperimentHeader } from '../../src/results/record.js';
import { header, scenario } from './help.js';

const [environment] = header.environments;
const on = (changes: Partial<Environment>): ExperimentHeader => ({
  ...header,
  environments: [{ ...environment!, ...changes }],
});

test('the same conditions, read back from JSON and with other words, do not differ', () => {
  const again = JSON.parse(JSON.stringify(header)) as ExperimentHeader;
  const words = { question: 'Another wording?', claims: [], profile: 'study' };
  expect(differences(header, { ...again, id: 'other', scenario: { ...again.scenario, ...words } })).toEqual([]);
});

test.each([
  [{ ...header, benchVersion: '0.2.0' }, 'bench: 0.1.0 then, 0.2.0 now'],
  [{ ...header, scenario: { ...scenario, pairs: [1, 4] } }, 'pairs of the scenario: [1,2] then, [1,4] now'],
  [{ ...header, scenario: { ...scenario, seed: 2 } }, 'seed of the scenario: 1 then, 2 now'],
  [on({ kernel: '6.2.0' }), 'kernel of node local: 6.1.0 then, 6.2.0 now'],
  [on({ bootId: 'b' }), `boot of node local: ${environment!.bootId} then, b now`],
  [on({ iperf3: '3.16' }), 'iperf3 of node local: 3.12 then, 3.16 now'],
  [
    on({ uplink: { name: 'eth1', mode: 'shared' } }),
    'uplink of node local: absent then, {"name":"eth1","mode":"shared"} now',
  ],
  [
    { ...header, unavailable: [{ mtu: 9000, because: 'it stays' }] },
    'what is unavailable: [] then, ["MTU 9000"] now',
  ],
])('a difference is named with both values (%#)', (now, difference) => {
  expect(differences(header, now)).toEqual([difference]);
});

test('a node more or less is a difference', () => {
  const more = { ...header, environments: [environment!, { ...environment!, node: 'node2' }] };
  expect(differences(header, more)).toContain('kernel of node node2: absent then, 6.1.0 now');
  expect(differences(more, header)).toContain('kernel of node node2: 6.1.0 then, absent now');
});
