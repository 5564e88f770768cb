/** What a lab is to be: options as people give them, checked, with the names and addresses that follow; pure. */
import { fail } from '../../failures.js';
import { parseRate, RATE_RULE } from '../../units.js';

export const DEFAULT_LAB = 'default';

export interface LabOptions {
  /** Tells labs side by side apart; default `default`. */
  name?: string | undefined;
  /** How many nodes, 2 to 64; default 2. */
  nodes?: number | undefined;
  /** What each link carries, in words of tc; default `10gbit`. */
  rate?: string | undefined;
  /** Bytes, of the uplinks and the switch; default 9000. */
  mtu?: number | undefined;
  /** Bytes that a port of the switch may send at once; in proportion to the rate unless given. */
  burst?: number | undefined;
  /** Bytes that may wait at a port of the switch; in proportion to the rate unless given. */
  limit?: number | undefined;
}

/** How a port of the switch is limited towards its node. */
export interface Shape {
  /** bit/s. */
  rate: number;
  /** Bytes. */
  burst: number;
  /** Bytes. */
  limit: number;
}

export interface NodeSettings {
  /** `node1`, ...; `x-node1`, ... in a lab named x. */
  name: string;
  /** On the management network. */
  address: string;
  /** Name of its port on the management network's bridge and on the switch. */
  port: string;
}

export interface LabSettings {
  name: string;
  mtu: number;
  shape: Shape;
  nodes: NodeSettings[];
}

/** TEST-NET-1 of RFC 5737. Labs may share it: each has networks of its own. */
export const MANAGEMENT_ADDRESS = '192.0.2.1';
export const MANAGEMENT_PREFIX = 24;
const nodeAddress = (index: number): string => `192.0.2.${11 + index}`;

/** Checks options and completes them. Errors: `usage`. */
export function checkOptions(options: LabOptions): LabSettings {
  const name = checkName(options.name ?? DEFAULT_LAB);
  const count = checkCount('--nodes', options.nodes ?? 2, 2, 64);
  const prefix = name === DEFAULT_LAB ? '' : `${name}-`;
  return {
    name,
    mtu: checkCount('--mtu', options.mtu ?? 9000, 68, 65_535),
    shape: { ...shapeOf(checkRate(options.rate ?? '10gbit')), ...given(options) },
    nodes: Array.from({ length: count }, (_, index) => ({
      name: `${prefix}node${index + 1}`,
      address: nodeAddress(index),
      port: `port${index + 1}`,
    })),
  };
}

/** A name is a part of host names and of paths. Errors: `usage`. */
export function checkName(name: string): string {
  if (/^[a-z][a-z0-9-]{0,30}$/.test(name)) return name;
  return fail(
    'usage',
    `a lab's name has up to 31 lower-case letters, digits and hyphens, a letter first; --name is ${JSON.stringify(name)}`,
  );
}

function checkCount(option: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  return fail('usage', `${option} takes a whole number from ${least} to ${most}, not ${value}`);
}

/** Errors: `usage`. */
const checkRate = (text: string): number =>
  parseRate(text) ?? fail('usage', `--rate takes ${RATE_RULE}, not ${JSON.stringify(text)}`);

/** 4 MiB at 10 Gbit/s carried 9.5 Gbit/s of TCP at MTU 1500 and 9.9 at MTU 9000. */
const BURST_SECONDS = (4 * 2 ** 20) / 10e9;
/** Four packets of 64 KiB, as devices hand them over before they are cut to the MTU. */
const LEAST_BURST = 256 * 2 ** 10;

/** Burst and queue in proportion to a rate (bit/s). */
function shapeOf(rate: number): Shape {
  const burst = Math.max(LEAST_BURST, Math.round(rate * BURST_SECONDS));
  return { rate, burst, limit: 2 * burst };
}

function given({ burst, limit }: LabOptions): Partial<Shape> {
  return { ...(burst === undefined ? {} : { burst }), ...(limit === undefined ? {} : { limit }) };
}
