import { expect, test } from 'vitest';
import type { UplinkUse } from '../../src/drivers/driver.js';
import { driverOf } from '../../src/drivers/registry.js';
import { commandsOf, driverPlan } from './plan.js';

const MODES: [mode: string, pairsTalk: boolean, hostTalks: boolean, uplink: UplinkUse][] = [
  ['bridge', true, false, 'plain'],
  ['private', false, false, 'plain'],
  ['vepa', true, true, 'hairpin'],
  ['passthru', false, false, 'plain'],
];

test.each(MODES)('macvlan:%s makes a child of the uplink inside each container', (mode) => {
  expect(commandsOf(driverPlan(`macvlan:${mode}`))).toEqual([
    `ip link add link eth1 name eth0 netns s1 mtu 9000 type macvlan mode ${mode}`,
    `ip link add link eth1 name eth0 netns c1 mtu 9000 type macvlan mode ${mode}`,
  ]);
});

test.each(MODES)('macvlan:%s: pairs talk %s, the host %s, over a %s uplink', (mode, pairs, host, uplink) => {
  const plan = driverPlan(`macvlan:${mode}`);
  expect(plan.uplink).toBe(uplink);
  expect(plan.reach.map(({ from, works }) => [from, works])).toEqual([
    ['client', pairs],
    ['host', host],
  ]);
  expect(driverOf(`macvlan:${mode}`).variant.measurable.local === true).toBe(pairs);
});

test.each(MODES)('macvlan:%s asks the kernel for exactly that mode', (mode) => {
  const { driver, variant } = driverOf(`macvlan:${mode}`);
  expect(driver.requirements(variant)).toEqual([
    { kind: 'link-type', linkType: 'macvlan', ipArgs: ['mode', mode] },
  ]);
});

test('macvlan:passthru is for one pair on two nodes', () => {
  const { driver, variant } = driverOf('macvlan:passthru');
  expect(driver.pairLimit!(variant, 'switched')?.pairs).toBe(1);
});
