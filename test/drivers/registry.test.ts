import { expect, test } from 'vitest';
import { canonicalDriver, driverOf, DRIVERS, parseDriver } from '../../src/drivers/registry.js';
import { BenchError } from '../../src/failures.js';

test.each([
  ['host', 'host'],
  ['veth', 'veth:bridge'],
  ['veth:direct', 'veth:direct'],
  ['macvlan', 'macvlan:bridge'],
  ['macvlan:vepa', 'macvlan:vepa'],
  ['ipvlan', 'ipvlan:l3'],
  ['ipvlan:l2', 'ipvlan:l2'],
  ['ipvlan:l3:bridge', 'ipvlan:l3'],
  ['ipvlan:l3s:private', 'ipvlan:l3s:private'],
])('%s is known as %s', (text, id) => {
  expect(canonicalDriver(text)).toBe(id);
});

test.each([
  ['mcvlan', '"mcvlan" is none of host, veth, macvlan, ipvlan; did you mean macvlan?'],
  ['veht:bridge', '"veht:bridge" is none of host, veth, macvlan, ipvlan; did you mean veth?'],
  ['weave', '"weave" is none of host, veth, macvlan, ipvlan'],
  ['', '"" is none of host, veth, macvlan, ipvlan'],
  ['veth:brdge', '"veth:brdge" is none of veth:bridge, veth:direct; did you mean veth:bridge?'],
  ['host:', '"host:" is none of host; did you mean host?'],
])('%j is no driver, and the answer says which there are', (text, problem) => {
  expect(parseDriver(text)).toEqual({ problem });
});

test('a mode that no driver has is answered with the nearest there is', () => {
  expect(JSON.stringify(parseDriver('ipvlan:l4'))).toMatch(
    /none of ipvlan:l3, .*; did you mean ipvlan:l\d\?/,
  );
});

test('an id that no driver has is a usage failure', () => {
  expect(() => driverOf('weave')).toThrow(BenchError);
});

test('no two variants share an id or an alias', () => {
  const names = DRIVERS.flatMap(({ variants }) =>
    variants.flatMap(({ id, aliases = [] }) => [id, ...aliases]),
  );
  expect(new Set(names).size).toBe(names.length);
});

test('ids are words that a command line takes literally', () => {
  for (const { variants } of DRIVERS) for (const { id } of variants) expect(id).toMatch(/^[a-z0-9:]+$/);
});
