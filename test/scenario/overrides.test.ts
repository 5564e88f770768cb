import { expect, test } from 'vitest';
import { BenchError } from '../../src/failures.js';
import { OVERRIDE_HELP, parseOverrides } from '../../src/scenario/overrides.js';
import { failureOf, load } from './help.js';

test('every flag reaches its factor', async () => {
  const overrides = parseOverrides({
    drivers: 'host,macvlan',
    reference: 'macvlan',
    pairs: '1, 2,4',
    mtu: '9000',
    method: 'concurrent,published-2015',
    placement: 'split',
    congestionControl: 'cubic,bbr',
    omit: '200ms',
    duration: '3s',
    repeat: 'min=5,precision=1%,budget=2h',
    seed: '42',
    retries: '0',
    unrelated: 'x',
  });
  expect(await load('local-tcp', { overrides })).toMatchObject({
    drivers: ['host', 'macvlan:bridge'],
    reference: 'macvlan:bridge',
    pairs: [1, 2, 4],
    mtu: [9000],
    method: ['concurrent', 'published-2015'],
    placement: ['split'],
    congestionControl: ['cubic', 'bbr'],
    omit: 0.2,
    duration: 3,
    repeat: { kind: 'adaptive', min: 5, max: 30, precision: 0.01, budget: 7200 },
    seed: 42,
    retries: 0,
  });
  const udp = parseOverrides({ udpLength: 'fit,8192' });
  expect(await load('local-udp', { overrides: udp })).toMatchObject({ udpLength: ['fit', 8192] });
});

test('a flag given twice adds to its list', async () => {
  const overrides = parseOverrides({ pairs: ['1', '2'] });
  expect(await load('local-tcp', { overrides })).toMatchObject({ pairs: [1, 2] });
});

test.each([
  [{ pairs: '1,2.5' }, '--pairs: must be a whole number from 1, not 2.5', '--pairs 1,2.5', '          ^~~'],
  [
    { pairs: '1, x ,3' },
    '--pairs: must be a whole number from 1, not "x"',
    '--pairs 1, x ,3',
    '           ^',
  ],
  [{ pairs: '1,,2' }, '--pairs: must be a whole number from 1, not ""', '--pairs 1,,2', '          ^'],
  [{ pairs: '-1' }, '--pairs: must be a whole number from 1, not -1', '--pairs -1', '        ^~'],
  [{ blocks: '0' }, '--blocks: must be a number of blocks from 1', '--blocks 0', '         ^'],
  [
    { mtu: '1500,60' },
    '--mtu: must be a whole number from 68 to 65535, not 60',
    '--mtu 1500,60',
    '           ^~',
  ],
  [{ duration: '10' }, '--duration: must be a time with its unit', '--duration 10', '           ^~'],
  [
    { drivers: 'host,vet' },
    '--drivers: is no driver: nobody knows vet',
    '--drivers host,vet',
    '               ^~~',
  ],
  [
    { repeat: 'min=3,mox=4' },
    '--repeat: mox is not a known key; did you mean max?',
    '--repeat min=3,mox=4',
    '               ^~~~~',
  ],
  [
    { repeat: 'min=3,max=2' },
    '--repeat: must have a min that',
    '--repeat min=3,max=2',
    '         ^~~~~~~~~~~',
  ],
  [
    { congestionControl: 'Cubic!' },
    '--congestion-control: must be a name',
    '--congestion-control Cubic!',
    '                     ^~~~~~',
  ],
  [{ udpLength: 'fit' }, '--udp-length: does not apply to tcp', '--udp-length fit', '             ^~~'],
  [{ seed: '1e3' }, '--seed: must be a whole number from 0, not "1e3"', '--seed 1e3', '       ^~~'],
])('%o is refused at the flag', async (raw, problem, line, squiggle) => {
  const { reason, detail } = await failureOf(load('local-tcp', { overrides: parseOverrides(raw) }));
  const [shownProblem, shownLine, shownSquiggle] = (detail ?? '').split('\n');
  expect(reason).toBe('usage');
  expect(shownProblem).toContain(problem);
  expect(shownLine).toBe(`    ${line}`);
  expect(shownSquiggle).toBe(`    ${squiggle}`);
});

test('the mistakes of all flags are shown at once', async () => {
  const overrides = parseOverrides({ pairs: '0,1.5', mtu: '1', udpLength: 'fit' });
  const { detail } = await failureOf(load('local-tcp', { overrides }));
  expect(detail?.match(/^--\S+:/gm)).toEqual(['--pairs:', '--pairs:', '--mtu:', '--udp-length:']);
});

test('--blocks and --repeat together are refused', () => {
  expect(() => parseOverrides({ blocks: '3', repeat: '4' })).toThrow(BenchError);
});

test('help texts tell the defaults', () => {
  expect(OVERRIDE_HELP.duration).toContain('(default: 10s)');
  expect(OVERRIDE_HELP.pairs).toContain('(default: 1, 2, 4, 8)');
  expect(OVERRIDE_HELP.reference).toContain('the first of drivers');
});
