import { expect, test } from 'vitest';
import { mannWhitney } from '../../src/statistics/mannWhitney.js';
import { OZONE, PERMEABILITY } from './published.js';

test("agrees with R's exact test on the permeability data", () => {
  const { u, p, method } = mannWhitney(PERMEABILITY.term, PERMEABILITY.early)!;
  expect({ u, method }).toEqual({ u: 35, method: 'exact' });
  expect(p).toBeCloseTo(2 * 0.1272, 3);
});

test("agrees with R's corrected normal test on the ozone data, which have ties", () => {
  const { u, p, method } = mannWhitney(OZONE.may, OZONE.august)!;
  expect({ u, method }).toEqual({ u: 127.5, method: 'normal' });
  expect(p).toBeCloseTo(0.0001208, 7);
});

test.each([
  { a: [1, 2, 3], b: [4, 5, 6], p: 2 / 20 },
  { a: [1, 2, 3, 4], b: [5, 6, 7, 8], p: 2 / 70 },
  { a: [1], b: [2], p: 1 },
])('counts the orders of $a and $b exactly', ({ a, b, p }) => {
  expect(mannWhitney(a, b)!.p).toBeCloseTo(p, 12);
  expect(mannWhitney(b, a)!.p).toBeCloseTo(p, 12);
});

test('sees no difference where all values are equal', () => {
  expect(mannWhitney([1, 1, 1], [1, 1])).toEqual({ u: 3, p: 1, method: 'normal' });
});

test('is undefined without values', () => {
  expect(mannWhitney([], [1])).toBeUndefined();
});
