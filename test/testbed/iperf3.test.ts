import { expect } from 'vitest';
import { SMALL, type Programs } from './bench.js';
import { test } from './world.js';

const RUN = ['run', 'local-tcp', '--drivers', 'host,veth', '--reference', 'host', ...SMALL];

/** An iperf3 that misbehaves as the client of a pair in containers, and is the real one for all else. */
const client = (script: string): Programs => ({
  iperf3: `case "$*" in *"-c 10."*) ${script} ;; esac\nexec "$real" "$@"`,
});
const server = (script: string): Programs => ({
  iperf3: `case "$*" in *-s*) ! grep -q eth0: /proc/net/dev || { ${script} } ;; esac\nexec "$real" "$@"`,
});
/** The real client, what it prints changed; it stays the process that was started. */
const through = (filter: string): Programs =>
  client(`mkfifo pipe; ${filter} <pipe & exec "$real" "$@" >pipe`);

const REFUSED = '{"start":{"connected":[],"version":"iperf 3.12"},"end":{},"error":"no stream to be had"}';

test.for([
  ['dies', client('(sleep 1; kill -KILL $$) &'), 'iperf3', 'was ended by signal 9'],
  ['hangs', client('(sleep 1; kill -STOP $$) &'), 'iperf3', 'hung and was killed'],
  ['prints half of its JSON', through('head -c 900'), 'iperf3', 'stopped in the middle of its report'],
  [
    'prints an error',
    through(`sed '2s/^/\\t"error":\\t"out of luck",\\n/'`),
    'iperf3',
    'gave up: out of luck',
  ],
  ['never sends', client(`echo '${REFUSED}'; exit 1`), 'connect', 'no stream to be had'],
  ['dies as a server', server('(sleep 1.2; kill -KILL $$) &'), 'iperf3', 'closed unexpectedly'],
] as const)('an iperf3 that %s fails its own run alone', async ([, programs, reason, words], { world }) => {
  const bench = await world.bench([...RUN, '--retries', '0'], programs);
  expect(await bench.ended).toMatchObject({ code: 1 });
  const { records } = await world.experiment();
  expect(records.find(({ cell }) => cell.driver === 'host')).toMatchObject({ status: 'ok' });
  const failed = records.find(({ cell }) => cell.driver === 'veth:bridge');
  expect(failed).toMatchObject({ status: 'failed', failure: { reason } });
  expect(JSON.stringify(failed)).toContain(words);
});

test('a run that failed is kept and repeated in its block', async ({ world }) => {
  const once = client('[ -e "$0.died" ] || { touch "$0.died"; (sleep 1; kill -KILL $$) & }');
  const bench = await world.bench(RUN, once);
  expect(await bench.ended).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('2 runs measured, 0 failed') as string,
  });
  const { records } = await world.experiment();
  const attempts = records.filter(({ cell }) => cell.driver === 'veth:bridge');
  expect(attempts).toMatchObject([
    { status: 'failed', attempt: 0, block: 0 },
    { status: 'ok', attempt: 1, block: 0 },
  ]);
});
