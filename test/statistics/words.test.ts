import { describe, expect, test } from 'vitest';
import { pairedRatio } from '../../src/statistics/ratio.js';
import { factor, percent, ratioWords } from '../../src/statistics/words.js';

describe('words', () => {
  test('tell a ratio with its interval', () => {
    expect(ratioWords(pairedRatio([2.1, 2, 1.9], [1, 1, 1]), 'veth:bridge', 'blocks')).toBe(
      'is 2.00 × veth:bridge [1.76, 2.26], 3 blocks',
    );
  });

  test.each([
    [[2], [1], 'is 2.00 × B (measured once: no interval)'],
    [[0, 1], [1, 1], "can't be compared with B: 1 total is 0"],
    [[0, 0], [1, 1], "can't be compared with B: 2 totals are 0"],
    [[], [], "can't be compared with B: no runs that belong together"],
  ])('say why %j over %j has none', (a, b, words) => {
    expect(ratioWords(pairedRatio(a, b), 'B', 'blocks')).toBe(words);
  });

  test.each([
    [1.1666, '1.17'],
    [12.345, '12.3'],
    [0.01234, '0.0123'],
  ])('round the factor %f to %s', (value, text) => {
    expect(factor(value)).toBe(text);
  });

  test.each([
    [0.3127, '31 %'],
    [0.0042, '0.42 %'],
    [0, '0 %'],
  ])('tell the share %f as %s', (share, text) => {
    expect(percent(share)).toBe(text);
  });
});
