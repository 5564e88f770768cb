import { expect, test } from 'vitest';
import type { UplinkUse } from '../../src/drivers/driver.js';
import { driverOf } from '../../src/drivers/registry.js';
import { commandsOf, driverPlan } from './plan.js';

/** As a 6.1 kernel behaves, every mode tried with and without a hairpin. */
const VARIANTS: [id: string, options: string, pairsTalk: boolean, uplink: UplinkUse][] = [
  ['ipvlan:l3', 'mode l3 bridge', true, 'plain'],
  ['ipvlan:l2', 'mode l2 bridge', true, 'plain'],
  ['ipvlan:l3s', 'mode l3s bridge', true, 'plain'],
  ['ipvlan:l3:private', 'mode l3 private', false, 'plain'],
  ['ipvlan:l2:private', 'mode l2 private', false, 'plain'],
  ['ipvlan:l3s:private', 'mode l3s private', false, 'plain'],
  ['ipvlan:l3:vepa', 'mode l3 vepa', false, 'plain'],
  ['ipvlan:l2:vepa', 'mode l2 vepa', true, 'hairpin'],
  ['ipvlan:l3s:vepa', 'mode l3s vepa', false, 'plain'],
];

test('every mode goes with every flag', () => {
  expect(driverOf('ipvlan').driver.variants.map(({ id }) => id)).toEqual(VARIANTS.map(([id]) => id));
});

test.each(VARIANTS)('%s makes children with %s', (id, options) => {
  expect(commandsOf(driverPlan(id))).toEqual([
    `ip link add link eth1 name eth0 netns s1 mtu 9000 type ipvlan ${options}`,
    `ip link add link eth1 name eth0 netns c1 mtu 9000 type ipvlan ${options}`,
  ]);
});

test.each(VARIANTS)('%s (%s): pairs talk %s, over a %s uplink', (id, _options, talk, uplink) => {
  const plan = driverPlan(id);
  expect(plan.uplink).toBe(uplink);
  expect(plan.reach.find(({ from }) => from === 'client')!.works).toBe(talk);
  expect(driverOf(id).variant.measurable.local === true).toBe(talk);
});

test.each(VARIANTS)('%s asks the kernel for exactly %s', (id, options) => {
  const { driver, variant } = driverOf(id);
  expect(driver.requirements(variant)).toEqual([
    { kind: 'link-type', linkType: 'ipvlan', ipArgs: options.split(' ') },
  ]);
});
