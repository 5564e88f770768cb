/** What no machine can build or carry, told before anything is tried. What one machine lacks is doctor's to say. */
import { driverOf } from '../drivers/registry.js';
import { BenchError, type Failure } from '../failures.js';
import { cellOf, strata } from '../scenario/cells.js';
import type { Cell, Scenario } from '../scenario/scenario.js';

/** RFC 791: every module must take 68 bytes whole; the kernel refuses less. */
const LEAST_MTU = 68;
/** The largest IPv4 packet, and the largest MTU of a veth. */
const MOST_MTU = 65535;
/** The largest IPv4 packet less its header and UDP's. */
const MOST_DATAGRAM = 65507;

type Rule = (cell: Cell) => string | undefined;

const rules: Rule[] = [
  ({ driver: id, topology, pairs }) => {
    const { driver, variant } = driverOf(id);
    const limit = driver.pairLimit?.(variant, topology);
    return limit && pairs > limit.pairs
      ? `${id} takes at most ${limit.pairs} pairs, not ${pairs}: ${limit.because}`
      : undefined;
  },
  ({ mtu }) =>
    mtu < LEAST_MTU ? `the MTU must be at least ${LEAST_MTU}, not ${mtu}: IPv4 needs it` : undefined,
  ({ mtu }) =>
    mtu > MOST_MTU ? `the MTU must be at most ${MOST_MTU}, not ${mtu}: no IPv4 packet is larger` : undefined,
  ({ udpLength }) =>
    typeof udpLength === 'number' && udpLength > MOST_DATAGRAM
      ? `a UDP datagram carries at most ${MOST_DATAGRAM} bytes, not ${udpLength}`
      : undefined,
];

/** Every rule that a scenario breaks, once, with the limit and the value; none: it can be planned. */
export function refusals(scenario: Scenario): Failure[] {
  const cells = strata(scenario).flatMap((stratum) =>
    scenario.drivers.map((driver) => cellOf(stratum, driver)),
  );
  const broken = cells.flatMap((cell) => rules.map((rule) => rule(cell)));
  return [...new Set(broken)]
    .filter((text) => text !== undefined)
    .map((message) => ({ reason: 'scenario', message }));
}

/** Errors: `scenario` with everything that is impossible in it. */
export function refuseImpossible(scenario: Scenario): void {
  const [first, ...rest] = refusals(scenario);
  if (!first) return;
  const detail = rest.map(({ message }) => message).join('\n');
  throw new BenchError(detail === '' ? first : { ...first, detail });
}
