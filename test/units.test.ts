import { describe, expect, test } from 'vitest';
import { formatBytes, formatDuration, formatRate, parseDuration, parsePercent } from '../src/units.js';

describe('parseDuration', () => {
  test.each([
    ['500ms', 0.5],
    ['1s', 1],
    ['1.5s', 1.5],
    ['10 s', 10],
    ['10m', 600],
    ['8h', 28_800],
  ])('reads %s as %d seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  test.each(['10', '', 's', '-1s', '1e3s', '1 h 12 min', '10S', '.5s'])('refuses %j', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );
});

test('parsePercent reads percentages and nothing else', () => {
  expect(parsePercent('2.5%')).toBe(0.025);
  expect(parsePercent('100 %')).toBe(1);
  expect(parsePercent('0.025')).toBeUndefined();
});

test.each([
  [0, '0 bit/s'],
  [999, '999 bit/s'],
  [999.9, '1 kbit/s'],
  [28_600_000_000, '28.6 Gbit/s'],
  [28_649_999_999, '28.6 Gbit/s'],
  [1.5e15, '1500 Tbit/s'],
  [-2e9, '-2 Gbit/s'],
])('formatRate writes %d bit/s as %s', (rate, text) => expect(formatRate(rate)).toBe(text));

test.each([
  [512, '512 B'],
  [1536, '1.5 KiB'],
  [8 * 1024 ** 3, '8 GiB'],
])('formatBytes writes %d bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [0, '0 ms'],
  [0.8504, '850 ms'],
  [0.9999, '1 s'],
  [12.34, '12.3 s'],
  [59.97, '1 min'],
  [125, '2 min 5 s'],
  [3599.6, '1 h'],
  [4320, '1 h 12 min'],
  [86_400, '1 d'],
  [183_600, '2 d 3 h'],
])('formatDuration writes %d seconds as %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
