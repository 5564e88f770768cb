import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Stopwatch, type Phase } from '../../src/runner/stopwatch.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('each phase takes from its beginning to that of the next, and what is between stop and begin belongs to none', () => {
  const told: Phase[] = [];
  const watch = new Stopwatch((phase) => told.push(phase));
  vi.advanceTimersByTime(500);
  watch.begin('build');
  vi.advanceTimersByTime(250);
  watch.begin('prove');
  vi.advanceTimersByTime(1000);
  watch.stop();
  vi.advanceTimersByTime(500);
  watch.begin('build');
  vi.advanceTimersByTime(250);
  watch.stop();
  watch.stop();
  expect(watch.phases).toEqual({ build: 0.5, prove: 1 });
  expect(told).toEqual(['build', 'prove', 'build']);
});
