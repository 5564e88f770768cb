import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseIperf3, type Expected, type Iperf3Outcome } from '../../src/traffic/parse.js';

const FOLDER = new URL('./json/', import.meta.url);
const FIXTURES = readdirSync(FOLDER).map((file) => file.replace('.txt', ''));

const readFixture = (name: string): string => readFileSync(new URL(`${name}.txt`, FOLDER), 'utf8');

const expectedOf = (name: string): Expected => ({
  role: name.endsWith('-server') ? 'server' : 'client',
  protocol: name.includes('-udp') ? 'udp' : 'tcp',
});

const parse = (name: string, text = readFixture(name)): Iperf3Outcome => parseIperf3(text, expectedOf(name));

type SpanRow = [bytes: number, seconds: number, mean: number];
type UdpRow = [datagrams: number, lost: number, jitterMilliseconds: number];
type Row = [
  name: string,
  documents: number,
  sent: SpanRow | null,
  received: SpanRow,
  rest: number | UdpRow | null,
];

/**
 * Taken from the files by hand. Before 3.11 UDP is received only in the server's intervals: their sum stands here,
 * in the client's row too.
 */
// prettier-ignore
const SUCCESSES: Row[] = [
  ['3.0.11-tcp-client', 1, [5872022528, 2.00029, 23484700000.0], [5872022528, 2.00029, 23484700000.0], 2],
  ['3.0.11-tcp-omit-client', 1, [6056837120, 1.99983, 24229400000.0], [6180962410, 1.99983, 24726000000.0], 7],
  ['3.0.11-tcp-omit-server', 2, [6056837120, 2.04302, 23717200000.0], [6180962410, 2.04302, 24203200000.0], 7],
  ['3.0.11-tcp-server', 2, [5872022528, 2.04287, 22995200000.0], [5872022528, 2.04287, 22995200000.0], 2],
  ['3.0.11-udp-client', 1, [120944200, 2.00018, 483734000.0], [97362072, 2.00018, 389413240.80832726], [83525, 16286, 0.00484798]],
  ['3.0.11-udp-omit-client', 1, [121517608, 1.99995, 486081000.0], [93042688, 1.99995, 372180056.5014126], [83921, 19665, 0.00992552]],
  ['3.0.11-udp-omit-server', 2, [121517608, 2.04365, 475688000.0], [93042688, 2.04365, 364221615.2472292], [83921, 19665, 0.00992552]],
  ['3.0.11-udp-server', 2, [120944200, 2.04385, 473397000.0], [97362072, 2.04385, 381092827.75154734], [83525, 16286, 0.00484798]],
  ['3.6-tcp-client', 1, [5969018880, 2.0001261234283447, 23874569948.69391], [5969018880, 2.0001261234283447, 23874569948.69391], 2],
  ['3.6-tcp-omit-client', 1, [5971640320, 2.000201940536499, 23884149690.998787], [6096027754, 2.000201940536499, 24381649194.34048], 12],
  ['3.6-udp-client', 1, [124995704, 2.0000269412994385, 499976080.9973449], [124995704, 2.0000269412994385, 499976080.9973449], [86323, 0, 0.0035191899999999997]],
  ['3.6-udp-omit-client', 1, [125011632, 1.9999768733978271, 500052310.2554225], [125011632, 1.9999768733978271, 500052310.2554225], [86334, 0, 0.0056375]],
  ['3.11-tcp-client', 1, [5626920960, 2.00009, 22506671039.803207], [5626920960, 2.000696, 22499853890.845985], 6],
  ['3.11-tcp-omit-client', 1, [5608570880, 1.999856, 22435898904.72114], [5610537066, 2.000653, 22434823294.194447], 2],
  ['3.11-tcp-omit-server', 1, null, [5610537066, 2.000653, 22434823294.194447], null],
  ['3.11-tcp-server', 1, null, [5626920960, 2.000696, 22499853890.845985], null],
  ['3.11-udp-client', 1, [124963848, 2.00008, 499835398.5840566], [124963848, 2.000188, 499808410.009459], [86301, 0, 0.004132141551736357]],
  ['3.11-udp-omit-client', 1, [124992808, 2.000032, 499963232.5882786], [124881312, 2.000096, 499501271.9389469], [86321, 77, 0.004177102004728755]],
  ['3.11-udp-omit-server', 1, null, [124881312, 2.000096, 499501271.9389469], [86321, 77, 0.004177102004728755]],
  ['3.11-udp-server', 1, null, [124963848, 2.000188, 499808410.009459], [86301, 0, 0.004132141551736357]],
  ['3.12-tcp-client', 1, [5868093440, 2.000251, 23469428346.742485], [5868093440, 2.000302, 23468829966.675034], 2],
  ['3.12-tcp-omit-client', 1, [5499781120, 2.000047, 21998607512.723454], [5501157429, 2.000612, 21997898359.102116], 4],
  ['3.12-tcp-omit-server', 1, null, [5501157429, 2.000612, 21997898359.102116], null],
  ['3.12-tcp-server', 1, null, [5868093440, 2.000302, 23468829966.675034], null],
  ['3.12-udp-client', 1, [124963848, 2.00008, 499835398.5840566], [124963848, 2.000197, 499806161.0931323], [86301, 0, 0.00437946272354849]],
  ['3.12-udp-omit-client', 1, [125000048, 1.999989, 500002942.0161811], [125023216, 2.003823, 499138760.2597634], [86326, 0, 0.004645232605180667]],
  ['3.12-udp-omit-server', 1, null, [125023216, 2.003823, 499138760.2597634], [86342, 0, 0.004645232605180667]],
  ['3.12-udp-server', 1, null, [124963848, 2.000197, 499806161.0931323], [86301, 0, 0.00437946272354849]],
  ['3.16-tcp-client', 1, [5417205760, 2.001024, 21657734280.048615], [5417205760, 2.00184, 21648906046.43728], 6],
  ['3.16-tcp-omit-client', 1, [5488640000, 2.000422, 21949928565.07277], [5489033216, 2.000515, 21950480615.241573], 0],
  ['3.16-tcp-omit-server', 1, null, [5489033216, 2.000515, 21950480615.241573], null],
  ['3.16-tcp-server', 1, null, [5417205760, 2.00184, 21648906046.43728], null],
  ['3.16-udp-client', 1, [125001496, 2.000601, 499855777.3389096], [118673736, 2.000786, 474508462.17436546], [86327, 4370, 0.0025417015859197324]],
  ['3.16-udp-omit-client', 1, [125108648, 1.997765, 500994453.3015645], [125097064, 2.000459, 500273443.2447753], [86413, 20, 0.016964929344277263]],
  ['3.16-udp-omit-server', 1, null, [125097064, 2.000459, 500273443.2447753], [86413, 20, 0.016964929344277263]],
  ['3.16-udp-server', 1, null, [118673736, 2.000786, 474508462.17436546], [86327, 4370, 0.0025417015859197324]],
  ['3.20-tcp-client', 1, [5312348160, 2.001331, 21235260574.087944], [5311692800, 2.002179, 21223648035.465363], 2],
  ['3.20-tcp-omit-client', 1, [5299503104, 2.000061, 21197365896.34016], [5303828480, 2.002002, 21194098627.2741], 1],
  ['3.20-tcp-omit-server', 1, null, [5303828480, 2.002002, 21194098627.2741], null],
  ['3.20-tcp-server', 1, null, [5311692800, 2.002179, 21223648035.465363], null],
  ['3.20-udp-client', 1, [125001496, 2.000516, 499877015.7299416], [125001496, 2.000695, 499832292.27843326], [86327, 0, 0.004064510461298953]],
  ['3.20-udp-omit-client', 1, [124949368, 1.999476, 499928453.25475276], [124947920, 1.999494, 499918159.29430145], [86290, 0, 0.005222819603862906]],
  ['3.20-udp-omit-server', 1, null, [124947920, 1.999494, 499918159.2943015], [86290, 0, 0.005222819603862906]],
  ['3.20-udp-server', 1, null, [125001496, 2.000695, 499832292.27843326], [86327, 0, 0.004064510461298953]],
  ['3.12-hellolost-udp-server', 3, null, [899967552, 1.000131, 7198797373.5440645], [632460, 21069, 0.00060993889689537738]],
  ['3.12-clientkilled-server', 2, null, [7970488320, 1.000197, 63751347544.53373], null],
];

/** Each with the reason and the words that must be in the message. */
const FAILURES: [name: string, reason: string, words: string][] = [
  ['3.0.11-clientterm-client', 'iperf3', 'the client has terminated'],
  ['3.6-clientterm-client', 'iperf3', 'the client has terminated'],
  ['3.11-clientterm-client', 'iperf3', 'the client has terminated'],
  ['3.12-clientterm-client', 'iperf3', 'the client has terminated'],
  ['3.16-clientterm-client', 'iperf3', 'the client has terminated'],
  ['3.20-clientterm-client', 'iperf3', 'the client has terminated'],
  ['3.6-clientterm-server', 'iperf3', 'the client has terminated'],
  ['3.11-clientterm-server', 'iperf3', 'the client has terminated'],
  ['3.12-clientterm-server', 'iperf3', 'the client has terminated'],
  ['3.16-clientterm-server', 'iperf3', 'the client has terminated'],
  ['3.20-clientterm-server', 'iperf3', 'the client has terminated'],
  ['3.0.11-refused-client', 'connect', 'Connection refused'],
  ['3.6-refused-client', 'connect', 'Connection refused'],
  ['3.11-refused-client', 'connect', 'Connection refused'],
  ['3.12-refused-client', 'connect', 'Connection refused'],
  ['3.16-refused-client', 'connect', 'Connection refused'],
  ['3.20-refused-client', 'connect', 'Connection refused'],
  ['3.0.11-serverkilled-client', 'iperf3', 'unable to write to stream socket: Connection reset by peer'],
  ['3.6-serverkilled-client', 'iperf3', 'unable to write to stream socket: Connection reset by peer'],
  ['3.11-serverkilled-client', 'iperf3', 'unable to write to stream socket: Connection reset by peer'],
  ['3.12-serverkilled-client', 'iperf3', 'control socket has closed unexpectedly'],
  ['3.16-serverkilled-client', 'iperf3', 'control socket has closed unexpectedly'],
  ['3.20-serverkilled-client', 'iperf3', 'control socket has closed unexpectedly'],
  ['3.6-tcp-server', 'iperf3', 'Address already in use'],
  ['3.6-tcp-omit-server', 'iperf3', 'Address already in use'],
  ['3.6-udp-server', 'iperf3', 'Address already in use'],
  ['3.6-udp-omit-server', 'iperf3', 'Address already in use'],
  ['3.12-serverkilled-nointervals-client', 'iperf3', 'control socket has closed unexpectedly'],
  ['3.12-hellolost-udp-client', 'connect', 'Resource temporarily unavailable'],
  ['3.12-serverbusy-client', 'connect', 'server is busy'],
  ['3.12-nosuchcongestion-client', 'iperf3', 'unable to set TCP_CONGESTION'],
  ['3.12-badlength-udp-client', 'iperf3', 'printed no report: iperf3: parameter error - block size invalid'],
];

/** Of a client that was told to end: what it sent, for how long, its retransmits; and what its server received. */
// prettier-ignore
const TOLD: [version: string, sent: SpanRow, retransmits: number, received: number | null][] = [
  ['3.0.11', [3186229248, 1.21314, 21011400000.0], 4, null],
  ['3.6', [3687314432, 1.2162609100341797, 24253443658.870056], 0, 3687445504],
  ['3.11', [3787587584, 1.299772, 23312319908.414707], 1, 3787718656],
  ['3.12', [3820093440, 1.297344, 23556394849.785408], 4, 3820224512],
  ['3.16', [3639869440, 1.298855, 22418942468.558846], 2, 3639869440],
  ['3.20', [3413114880, 1.299315, 21014857090.08208], 7, 3412983808],
];

const toSpan = ([bytes, seconds, mean]: SpanRow) => ({ bytes, seconds, mean });

const toUdp = ([datagrams, lost, milliseconds]: UdpRow) => ({
  datagrams,
  lost,
  loss: lost / datagrams,
  jitter: milliseconds / 1000,
});

/** Asserts a failure and returns it. */
function failureOf(outcome: Iperf3Outcome) {
  if (outcome.status === 'ok') throw new Error(`expected a failure, got ${JSON.stringify(outcome.result)}`);
  return outcome.failure;
}

describe('what iperf3 really printed', () => {
  test('every file is either in the table of successes or in that of failures', () => {
    const listed = [...SUCCESSES, ...FAILURES].map(([name]) => name);
    expect(listed.toSorted()).toEqual(FIXTURES.toSorted());
  });

  test.each(SUCCESSES)('%s gives its figures', (name, documents, sent, received, rest) => {
    expect(parse(name)).toEqual({
      status: 'ok',
      result: {
        version: name.slice(0, name.indexOf('-')),
        documents,
        ...(sent ? { sent: toSpan(sent) } : {}),
        received: toSpan(received),
        ...(Array.isArray(rest) ? { udp: toUdp(rest) } : rest === null ? {} : { retransmits: rest }),
      },
    });
  });

  test.each(FAILURES)('%s is a failure of kind %s: %s', (name, reason, words) => {
    const failure = failureOf(parse(name));
    expect(failure.reason).toBe(reason);
    expect(failure.message).toContain(words);
  });
});

describe('of a client that was told to end', () => {
  test.each(TOLD)('%s says what was sent and received', (version, sent, retransmits, received) => {
    const told = (role: Expected['role']): Iperf3Outcome =>
      parseIperf3(readFixture(`${version}-clientterm-${role}`), { role, protocol: 'tcp', told: true });
    expect(told('client')).toEqual({
      status: 'ok',
      result: { version, documents: 1, sent: toSpan(sent), retransmits },
    });
    if (received !== null)
      expect(told('server')).toMatchObject({ result: { received: { bytes: received } } });
  });

  test.each(['3.12-serverkilled-client', '3.12-refused-client'])('%s is still a failure', (name) => {
    failureOf(parseIperf3(readFixture(name), { ...expectedOf(name), told: true }));
  });
});

describe('output that is not whole', () => {
  test.each(FIXTURES)('%s, cut anywhere inside a document, is a failure', (name) => {
    const text = readFixture(name);
    for (let length = 0; length < text.length; length++) {
      const cut = text.slice(0, length);
      if (/\n\}\s*$/.test(cut)) continue; // between documents: what is there is whole
      if (parse(name, cut).status !== 'failed') throw new Error(`cut after ${length} characters it is read`);
    }
  });

  test('nothing at all is a failure', () => {
    expect(failureOf(parse('3.12-tcp-client', '')).message).toBe('iperf3 (client) printed no report');
  });

  test('a report without error and without end, as of 3.9 when its server is killed, is a failure', () => {
    const text = readFixture('3.12-tcp-client').replace(/,\n\t"end":[^]*\n\}/, '\n}');
    expect(JSON.parse(text)).not.toHaveProperty('end');
    expect(failureOf(parse('3.12-tcp-client', text))).toMatchObject({
      reason: 'iperf3',
      message: expect.stringContaining('no complete result') as string,
    });
  });

  test('a report with words printed into its middle is a failure', () => {
    const text = readFixture('3.12-tcp-client').replace('"intervals"', 'warning: no such thing\n"intervals"');
    expect(failureOf(parse('3.12-tcp-client', text)).message).toContain('broken JSON');
  });

  test('a second report that breaks off is a failure, though the first is whole', () => {
    const whole = readFixture('3.12-tcp-server');
    expect(failureOf(parse('3.12-tcp-server', whole + whole.slice(0, 700))).message).toContain(
      'in the middle',
    );
  });
});

describe('figures that can not be', () => {
  interface Report {
    start: { test_start: Record<string, unknown> };
    end: Record<string, Record<string, unknown>>;
  }

  /** The failure of a report that was changed in one place. */
  const failureWith = (name: string, change: (report: Report) => void): string => {
    const report = JSON.parse(readFixture(name)) as Report;
    change(report);
    return failureOf(parse(name, JSON.stringify(report, null, '\t'))).message;
  };

  test('a rate that is not a number is a failure', () => {
    const text = readFixture('3.12-tcp-client').replaceAll(
      /"bits_per_second":.*,/g,
      '"bits_per_second": -nan,',
    );
    expect(failureOf(parse('3.12-tcp-client', text)).message).toContain('sum_sent.bits_per_second');
  });

  test('a missing stream is a failure', () => {
    const message = failureWith('3.12-tcp-client', ({ start }) => (start.test_start['num_streams'] = 2));
    expect(message).toContain('1 of 2 streams');
  });

  test('a test of the other protocol is a failure, though its sums look alike', () => {
    const outcome = parseIperf3(readFixture('3.12-udp-client'), { role: 'client', protocol: 'tcp' });
    expect(failureOf(outcome).message).toContain('was to use tcp and reports UDP');
  });

  test.each(['client', 'server'])('no payload at the receiver is a failure of the %s, not a zero', (role) => {
    const message = failureWith(`3.12-tcp-${role}`, ({ end }) => (end['sum_received']!['bytes'] = 0));
    expect(message).toContain('no payload arrived');
  });

  test('a client that sent nothing is a failure', () => {
    const message = failureWith('3.12-tcp-client', ({ end }) => (end['sum_sent']!['bytes'] = 0));
    expect(message).toContain('sent nothing');
  });

  test('more loss than datagrams is a failure', () => {
    const message = failureWith(
      '3.12-udp-server',
      ({ end }) => (end['sum_received']!['lost_packets'] = 90_000),
    );
    expect(message).toContain('more datagrams lost (90000) than sent (86301)');
  });

  test('UDP of 3.11 and newer is never read by the sum that older ones print', () => {
    const message = failureWith('3.12-udp-client', ({ end }) => delete end['sum_received']!['packets']);
    expect(message).toContain('sum_received.packets');
  });
});

describe('several documents', () => {
  test('a warning before, and the end of an idle server after, leave the test to be read', () => {
    const idle = readFixture('3.0.11-tcp-server').split(/^(?=\{$)/m)[1]!;
    const text = `warning: something\n${readFixture('3.12-tcp-server')}${idle}`;
    expect(parse('3.12-tcp-server', text)).toMatchObject({
      status: 'ok',
      result: { version: '3.12', documents: 2 },
    });
  });

  test('the last test counts, not the first', () => {
    const text = readFixture('3.12-tcp-server') + readFixture('3.12-clientterm-server');
    expect(failureOf(parse('3.12-tcp-server', text)).message).toContain('the client has terminated');
  });
});
