/** Units as people write and read them. Inside, times are seconds, sizes bytes, rates bit/s, shares fractions of 1. */

const MILLISECONDS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A time in text: `500ms`, `1.5s`, `10m`, `8h`. */
export const DURATION = /^(\d+(?:\.\d+)?) ?(ms|s|m|h)$/;

/** A share in text: `2.5%`. */
export const PERCENT = /^(\d+(?:\.\d+)?) ?%$/;

/** Seconds from text such as `500ms`; undefined unless it is a number with a unit. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  return unit ? (Number(amount) * MILLISECONDS[unit]!) / 1000 : undefined;
}

/** A fraction of 1 from text such as `2.5%`; undefined unless it is a percentage. */
export function parsePercent(text: string): number | undefined {
  const [, amount] = PERCENT.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) / 100;
}

const RATE = /^(\d+(?:\.\d+)?)(?:([kmgt])(i?))?(bit|bps)$/;
const LEAST_RATE = 1e6;
const MOST_RATE = 400e9;

/** What parseRate reads. */
export const RATE_RULE = 'a number from 1mbit to 400gbit with a unit of tc, such as 10gbit or 200mbit';

/** bit/s from a rate as tc writes it: `10gbit`, `1.5gibit`, `125mbps` (bytes per second); undefined unless it is RATE_RULE. */
export function parseRate(text: string): number | undefined {
  const [, amount, prefix = '', binary, unit] = RATE.exec(text.toLowerCase()) ?? [];
  const step = binary ? 1024 : 1000;
  const rate = Math.round(Number(amount) * step ** ' kmgt'.indexOf(prefix || ' ') * (unit === 'bps' ? 8 : 1));
  return rate >= LEAST_RATE && rate <= MOST_RATE ? rate : undefined;
}

/** bit/s with three significant digits and a decimal prefix: `28.6 Gbit/s`. */
export function formatRate(bitsPerSecond: number): string {
  return withPrefix(bitsPerSecond, 1000, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s']);
}

/** Bytes with three significant digits and a binary prefix: `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  return withPrefix(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']);
}

/** Seconds in the two largest units that matter: `850 ms`, `12.3 s`, `2 min 5 s`, `1 h 12 min`, `2 d 3 h`. */
export function formatDuration(seconds: number): string {
  if (Math.round(seconds * 1000) < 1000) return `${Math.round(seconds * 1000)} ms`;
  if (Math.round(seconds * 10) < 600) return `${significant(seconds)} s`;
  if (Math.round(seconds) < 3600) return twoUnits(Math.round(seconds), 60, 'min', 's');
  const minutes = Math.round(seconds / 60);
  return minutes < 24 * 60
    ? twoUnits(minutes, 60, 'h', 'min')
    : twoUnits(Math.round(minutes / 60), 24, 'd', 'h');
}

/** A whole number of small units as large and small ones; the small ones are left out when there are none. */
function twoUnits(amount: number, ratio: number, large: string, small: string): string {
  const rest = amount % ratio;
  return `${Math.floor(amount / ratio)} ${large}${rest ? ` ${rest} ${small}` : ''}`;
}

/** The amount in the largest unit in which it is at least 1. */
function withPrefix(amount: number, step: number, units: [string, ...string[]]): string {
  let scaled = amount;
  let power = 0;
  while (Number(Math.abs(scaled).toPrecision(3)) >= step && power < units.length - 1) {
    scaled /= step;
    power += 1;
  }
  return `${significant(scaled)} ${units[power]}`;
}

/** Three significant digits, without an exponent and without trailing zeros. */
function significant(amount: number): string {
  return String(Number(Math.abs(amount) < 1000 ? amount.toPrecision(3) : amount.toFixed(0)));
}
