import { expect, test } from 'vitest';
import type { Place, Step } from '../../src/plan/plan.js';
import { ip, NODE, SWITCH } from '../../src/plan/steps.js';
import type { Cell } from '../../src/scenario/scenario.js';
import { cell as tcpCell } from '../plan/scenario.js';
import { inside, useRunner } from './runner.js';

const runOnce = useRunner();
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
  [
    'that no device shows',
    'veth:direct',
    [route],
    /9000 bytes do not get from c2 to s2, those of up to 1500 do/,
  ],
])('a smaller MTU %s is found and named', async (_where, driver, steps, message) => {
  const { failure } = await runOnce({ ...cell, driver }, steps);
  expect(failure).toMatchObject({ reason: 'mtu', message: expect.stringMatching(message) as string });
});

test('a pair that does not reach each other is found and named', async () => {
  const { failure } = await runOnce(cell, [ip(NODE, 'link set vs2 down')]);
  expect(failure).toEqual({ reason: 'reach', message: "c2 can't reach s2 (1 of 2 pairs)" });
});
