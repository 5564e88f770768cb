import { expect, test } from 'vitest';
import { createLiveReporter } from '../../src/progress/live.js';
import { cell, events, tell } from './events.js';
import { Screen } from './screen.js';

const KEPT = [
  'local-tcp-1: 3 runs, 1 of them done already, about 2 min 10 s, kept in results/local-tcp-1',
  'ipvlan:l3 left out: this kernel has no ipvlan',
  'warning: a virtual machine',
];

/** The screen after the first `count` events. */
function screenAfter(count: number, columns = 100): Screen {
  const screen = new Screen(columns);
  const listener = createLiveReporter(screen);
  events.slice(0, count).forEach(listener);
  return screen;
}

test('while a run goes on the block shows what is left, the cell, its block, the phase and the throughput', () => {
  expect(screenAfter(6).text).toEqual([
    ...KEPT,
    '1 of 3 runs done, 2 min 10 s to go',
    '  macvlan:bridge, tcp, MTU 1500, 4 pairs, block 1 of 3',
    '  window: 17 Gbit/s',
  ]);
});

test('a finished run takes its place above the block, and leaves the block', () => {
  expect(screenAfter(7).text).toEqual([
    ...KEPT,
    '[2/3] macvlan:bridge, tcp, MTU 1500, 4 pairs: 18.2 Gbit/s',
    '2 of 3 runs done, 1 min to go',
  ]);
});

test('a repeated run says which attempt it is', () => {
  expect(screenAfter(8).text.at(-1)).toBe(
    '  macvlan:bridge, tcp, MTU 1500, 4 pairs, block 2 of 3, attempt 2',
  );
});

test('at the end only the lines to keep are left, and the cursor is below them', () => {
  const screen = screenAfter(events.length);
  expect(screen.text).toEqual(
    [
      ...KEPT,
      '[2/3] macvlan:bridge, tcp, MTU 1500, 4 pairs: 18.2 Gbit/s',
      '[3/3] macvlan:bridge, tcp, MTU 1500, 4 pairs: failed (connect): the client of pair 3 could not connect',
      '  warning: 2 % of the CPU time was stolen',
      'done: 2 ok, 1 failed, in results/local-tcp-1',
    ].flatMap((line) => line.match(/.{1,100}/g) ?? []),
  );
});

test('on a narrow terminal the block is cut to the width, so that redrawing leaves nothing behind', () => {
  const screen = new Screen(24);
  const listener = createLiveReporter(screen);
  for (let beat = 0; beat < 5; beat += 1) {
    listener({ kind: 'run-started', id: '0001', cell, block: beat, blocks: 100, attempt: 0 });
  }
  expect(screen.text).toEqual(['0 of 0 runs done', '  macvlan:bridge, tcp, ']);
});

test('the cursor is neither hidden nor left inside the block', () => {
  const written: string[] = [];
  tell(createLiveReporter({ write: (text) => written.push(text), columns: 80 }));
  expect(written.join('')).not.toContain('\u001b[?25l');
  expect(written.every((text) => text.endsWith('\n'))).toBe(true);
});
