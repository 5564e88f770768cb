import { describe, expect, test } from 'vitest';
import { countedRecords, progressOf } from '../../src/results/progress.js';
import { record, scenario, stratumOf } from './help.js';

const ids = (records: readonly { id: string }[]): string[] => records.map(({ id }) => id);

describe('countedRecords', () => {
  test('takes of each cell in a block the last attempt', () => {
    const records = [
      record({ id: 'a', failed: true }),
      record({ id: 'b', attempt: 1 }),
      record({ id: 'c', driver: 'veth:bridge' }),
    ];
    expect(ids(countedRecords(records))).toEqual(['b', 'c']);
  });

  test('takes of each block the highest take, even if it is not finished', () => {
    const records = [
      record({ id: 'a' }),
      record({ id: 'b', driver: 'veth:bridge' }),
      record({ id: 'c', take: 1, driver: 'veth:bridge' }),
    ];
    expect(ids(countedRecords(records))).toEqual(['c']);
  });

  test('keeps repetitions and strata apart', () => {
    const records = [
      record({ id: 'a', take: 1 }),
      record({ id: 'b', repetition: 1 }),
      record({ id: 'c', pairs: 2 }),
    ];
    expect(ids(countedRecords(records))).toEqual(['a', 'b', 'c']);
  });
});

describe('progressOf', () => {
  const host = record();
  const veth = record({ driver: 'veth:bridge' });

  test.each([
    ['never begun', [], false, 0],
    ['with one driver of two', [host], false, 1],
    ['with both drivers', [host, veth], true, 1],
    ['with a failure that may be retried', [host, record({ driver: 'veth:bridge', failed: true })], false, 1],
    ['with failures that used up the retries', [host, record({ driver: 'veth:bridge', failed: true, attempt: 1 })], true, 1],
    ['whose drivers are spread over two takes', [host, record({ driver: 'veth:bridge', take: 1 })], false, 2],
    ['whose second take is whole', [host, record({ take: 1 }), record({ driver: 'veth:bridge', take: 1 })], true, 2],
  ])('tells of a block %s whether it is complete, and its next take', (_, records, complete, next) => {
    const progress = progressOf(records, scenario);
    expect(progress.isComplete(stratumOf(1), 0)).toBe(complete);
    expect(progress.nextTake(stratumOf(1), 0)).toBe(next);
    expect(progress.isComplete(stratumOf(2), 0)).toBe(false);
    expect(progress.nextTake(stratumOf(1), 1)).toBe(0);
  });

  test('asks only for drivers that can be run', () => {
    expect(progressOf([host], { ...scenario, drivers: ['host'] }).isComplete(stratumOf(1), 0)).toBe(true);
  });
});
