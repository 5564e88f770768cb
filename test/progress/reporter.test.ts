import { expect, test } from 'vitest';
import type { ProgressKind } from '../../src/progress/kinds.js';
import { createReporter } from '../../src/progress/reporter.js';
import { events, tell } from './events.js';

const ERASE = '\u001b[J';

/** Everything a reporter of this kind writes about the whole experiment. */
function written(kind: ProgressKind, isTTY = false, environment: NodeJS.ProcessEnv = {}): string {
  let text = '';
  tell(createReporter(kind, { isTTY, write: (chunk) => (text += chunk) }, environment));
  return text;
}

test('plain lines tell the start, notes, each finished run and the end, and nothing that moves', () => {
  expect(written('plain')).toBe(
    `local-tcp-1: 3 runs, 1 of them done already, about 2 min 10 s, kept in results/local-tcp-1
ipvlan:l3 left out: this kernel has no ipvlan
warning: a virtual machine
[2/3] macvlan:bridge, tcp, MTU 1500, 4 pairs: 18.2 Gbit/s
[3/3] macvlan:bridge, tcp, MTU 1500, 4 pairs: failed (connect): the client of pair 3 could not connect
  warning: 2 % of the CPU time was stolen
done: 2 ok, 1 failed, in results/local-tcp-1
`,
  );
});

test('JSON lines give back every event as it was', () => {
  const lines = written('json').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(events);
});

test.each([
  ['a terminal', true, {}, true],
  ['a terminal in CI', true, { CI: 'true' }, false],
  ['a dumb terminal', true, { TERM: 'dumb' }, false],
  ['a file', false, {}, false],
])('auto on %s draws live: %s → %s', (_where, isTTY, environment, live) => {
  expect(written('auto', isTTY, environment).includes(ERASE)).toBe(live);
});

test('what was asked for is done wherever the stream leads', () => {
  expect(written('live', false, { CI: 'true' })).toContain(ERASE);
  expect(written('plain', true)).not.toContain(ERASE);
});
