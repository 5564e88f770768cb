import { expect } from 'vitest';
import { small, type Programs } from './bench.js';
import { test } from './world.js';

const run = (protocol: string, factors = {}): string[] => [
  'run',
  `local-${protocol}`,
  ...small({ drivers: 'host,veth', reference: 'host', ...factors }),
];

/** Sends itself a signal once 100 MB have gone through its container. */
const midway = (signal: string): string =>
  `(until awk '/eth0:/ && $2 + $10 > 1e8 { found = 1 } END { exit !found }' /proc/net/dev; do sleep 0.1; done
  sleep 0.5; kill -${signal} $$) &`;

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

const COMPLAINT = `sed '2s/^/\\t"error":\\t"out of luck",\\n/'`;
const REFUSED = '{"start":{"connected":[],"version":"iperf 3.12"},"end":{},"error":"no stream to be had"}';

/** The client tells, unless it was stopped by then. */
const SERVER_DIED = /iperf3 \(client\) gave up|iperf3 \(server\) printed no report/;

/** What it does, over which protocol, by which program, and what the record must say of it. */
const faults: [does: string, protocol: string, programs: Programs, reason: string, words: string | RegExp][] =
  [
    ['dies', 'tcp', client(midway('KILL')), 'iperf3', 'was ended by signal 9'],
    ['hangs', 'tcp', client(midway('STOP')), 'iperf3', 'hung and was killed'],
    [
      'prints half of its JSON',
      'tcp',
      through('head -c 900'),
      'iperf3',
      'stopped in the middle of its report',
    ],
    ['prints an error', 'tcp', through(COMPLAINT), 'iperf3', 'gave up: out of luck'],
    ['never sends', 'udp', client(`echo '${REFUSED}'; exit 1`), 'connect', 'no stream to be had'],
    ['dies as a server', 'tcp', server(midway('KILL')), 'iperf3', SERVER_DIED],
  ];

test.for(faults)(
  'an iperf3 that %s fails its own run alone',
  async ([, protocol, programs, reason, words], { world }) => {
    const bench = await world.bench(run(protocol, { retries: '0' }), programs);
    expect(await bench.ended).toMatchObject({ code: 1 });
    const { records } = await world.experiment();
    const unharmed = records.find(({ cell }) => cell.driver === 'host')!;
    // a busy machine may spoil a run, but no iperf3 may be found wrong
    expect(unharmed.status === 'ok' ? 'ok' : unharmed.failure.reason).toMatch(/^(ok|sampling|window-short)$/);
    const failed = records.find(({ cell }) => cell.driver === 'veth:bridge');
    expect(failed).toMatchObject({ status: 'failed', failure: { reason } });
    expect(JSON.stringify(failed)).toMatch(words);
  },
);

test('a run that failed is kept and repeated in its block', async ({ world }) => {
  const once = client(`[ -e "$0.died" ] || { touch "$0.died"; ${midway('KILL')} }`);
  const bench = await world.bench(run('tcp'), once);
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
