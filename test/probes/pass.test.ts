import { describe, expect, test } from 'vitest';
import { BenchError } from '../../src/failures.js';
import { parseColumns, parsePass } from '../../src/probes/pass.js';

/** `/proc/7/net/snmp` and `netstat` as `grep -H` prints them on Linux 6.18, shortened to a few counters of TcpExt. */
const LINUX_6_18 = {
  columns: `/proc/7/net/snmp:Ip: Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates OutTransmits
/proc/7/net/snmp:Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors
/proc/7/net/snmp:Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors
/proc/7/net/netstat:TcpExt: SyncookiesSent BeyondWindow TSEcrRejected TCPDSACKOldSent TCPAODroppedIcmps
/proc/7/net/netstat:IpExt: InNoRoutes InTruncatedPkts InMcastPkts OutMcastPkts InBcastPkts OutBcastPkts InOctets OutOctets
`,
  values: `/proc/7/net/snmp:Ip: 2 64 1210962 0 0 0 0 0 1210962 1186796 0 0 0 40 30 9 0 0 0 1186796
/proc/7/net/snmp:Tcp: 1 200 120000 -1 143 16 0 10 15 1210380 1202260 25 0 209 0
/proc/7/net/snmp:Udp: 581 3 12 582 11 0 0 0 1
/proc/7/net/netstat:TcpExt: 0 0 0 102 0
/proc/7/net/netstat:IpExt: 0 0 0 0 0 0 52438580379 51652549346
`,
};

/** The same of Linux 4.19: no OutTransmits, no MemErrors, and TCPDSACKOldSent in another place. */
const LINUX_4_19 = {
  columns: `/proc/7/net/snmp:Ip: Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates
/proc/7/net/snmp:Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors
/proc/7/net/snmp:Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti
/proc/7/net/netstat:TcpExt: SyncookiesSent TCPDSACKOldSent TCPDSACKOfoSent
/proc/7/net/netstat:IpExt: InNoRoutes InTruncatedPkts InMcastPkts OutMcastPkts InBcastPkts OutBcastPkts InOctets OutOctets
`,
  values: `/proc/7/net/snmp:Ip: 2 64 1210962 0 0 0 0 0 1210962 1186796 0 0 0 40 30 9 0 0 0
/proc/7/net/snmp:Tcp: 1 200 120000 -1 143 16 0 10 15 1210380 1202260 25 0 209 0
/proc/7/net/snmp:Udp: 581 3 12 582 11 0 0 0
/proc/7/net/netstat:TcpExt: 0 102 0
/proc/7/net/netstat:IpExt: 0 0 0 0 0 0 52438580379 51652549346
`,
};

const clock = (seconds: string): string => `/proc/uptime:${seconds} 6288.43\n`;

/** A pass that read `lines` between two stamps. */
const pass = (lines: string, columns = ''): ReturnType<typeof parsePass> =>
  parsePass(clock('5740.88') + lines + clock('5740.91'), parseColumns(columns));

test.each([
  ['6.18', LINUX_6_18],
  ['4.19', LINUX_4_19],
])('counters go by the names that Linux %s gives them, wherever they stand', (_, { columns, values }) => {
  expect(pass(values, columns).namespaces.get(7)).toMatchObject({
    'Ip.ReasmReqds': 40,
    'Ip.ReasmFails': 9,
    'Tcp.MaxConn': -1,
    'Tcp.InSegs': 1_210_380,
    'Tcp.RetransSegs': 25,
    'Udp.InDatagrams': 581,
    'Udp.InErrors': 12,
    'Udp.OutDatagrams': 582,
    'Udp.RcvbufErrors': 11,
    'TcpExt.TCPDSACKOldSent': 102,
    'IpExt.InOctets': 52_438_580_379,
  });
});

test('a counter that a kernel does not have is absent', () => {
  expect(pass(LINUX_4_19.values, LINUX_4_19.columns).namespaces.get(7)).not.toHaveProperty('Udp.MemErrors');
  expect(pass(LINUX_6_18.values, LINUX_6_18.columns).namespaces.get(7)).toHaveProperty('Udp.MemErrors', 1);
});

test('columns are only the lines with names', () => {
  expect(parseColumns(LINUX_6_18.columns + LINUX_6_18.values)).toEqual(parseColumns(LINUX_6_18.columns));
});

describe('the clock', () => {
  test('stamps a pass before its first and after its last file', () => {
    expect(pass('')).toMatchObject({ begin: 5740.88, end: 5740.91 });
  });

  test('may be read more than twice: the first and the last stamp hold', () => {
    expect(pass(clock('5740.90'))).toMatchObject({ begin: 5740.88, end: 5740.91 });
  });

  test.each([
    ['nothing at all', ''],
    ['no stamp', LINUX_6_18.values],
    ['stamps that run backwards', clock('5740.91') + clock('5740.88')],
    ['an unreadable stamp', '/proc/uptime:\n'],
  ])('is missed in a pass with %s: a sampling failure', (_, text) => {
    let thrown: unknown;
    try {
      parsePass(text, {});
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(BenchError);
    expect((thrown as BenchError).failure.reason).toBe('sampling');
  });
});

describe('devices', () => {
  test('are told by process and name, received bytes and packets', () => {
    const { devices } = pass(
      `/proc/7/net/dev:  eth0: 788058071   24953    0    0    0     0          0         0  2750536   16868    0    0    0     0       0          0
/proc/7/net/dev:    lo: 51650872614 1186039    0    0    0     0          0         0 51650872614 1186039    0    0    0     0       0          0
/proc/9/net/dev:  eth0: 1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0
`,
    );
    expect(devices.get(7)).toEqual({
      eth0: { rxBytes: 788_058_071, rxPackets: 24_953 },
      lo: { rxBytes: 51_650_872_614, rxPackets: 1_186_039 },
    });
    expect(devices.get(9)).toEqual({ eth0: { rxBytes: 1, rxPackets: 2 } });
  });

  test('of an old kernel may have no space behind the colon', () => {
    const { devices } = pass(
      '/proc/7/net/dev:  eth0:788058071   24953    0    0    0     0          0         0\n',
    );
    expect(devices.get(7)).toEqual({ eth0: { rxBytes: 788_058_071, rxPackets: 24_953 } });
  });
});

test('sockets that listen are told by process, of IPv4 and of IPv6', () => {
  const { listening } = pass(
    `/proc/7/net/tcp:   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1060 1 0 100 0 0 10 0
/proc/9/net/tcp6:   0: 00000000000000000000000000000000:1451 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1060 1 0 100 0 0 10 0
`,
  );
  // 0x07E8 is 2024.
  expect(listening).toEqual(
    new Map([
      [7, new Set([2024])],
      [9, new Set([5201])],
    ]),
  );
});

test('what a process has read is told by its own account, and by no other line of it', () => {
  const { read } = pass('/proc/7/io:wchar: 5\n/proc/7/io:rchar: 196796\n/proc/9/io:syscr: 3\n');
  expect(read).toEqual(new Map([[7, 196_796]]));
});

test('the states of a process are told by its threads, whatever it is called', () => {
  const { states } = pass(
    `/proc/7/task/7/stat:7 (iperf3) S 1 7 7 0
/proc/7/task/9/stat:9 (iperf3) R 1 7 7 0
/proc/8/task/8/stat:8 (a) Z (b) T 1 8 8 0
`,
  );
  expect(states).toEqual(
    new Map([
      [7, 'SR'],
      [8, 'T'],
    ]),
  );
});

describe('the machine', () => {
  const cpuOf = (lines: string) => pass(lines).machines.get(0)!.cpu;

  test('tells CPU time in seconds, of all cores and of each', () => {
    const cpu = cpuOf(
      '/proc/stat:cpu  284812 2170 199237 628843 1108 5 26390 955 0 0\n/proc/stat:cpu0 137639 876 100997 318456 106 0 13216 463 0 0\n/proc/stat:cpu1 100 200 300 400 500 600 700 800 0 0\n',
    );
    // Ticks of 10 ms.
    expect(cpu.total).toEqual({
      user: 2848.12,
      nice: 21.7,
      system: 1992.37,
      idle: 6288.43,
      iowait: 11.08,
      irq: 0.05,
      softirq: 263.9,
      steal: 9.55,
    });
    expect(cpu.perCore.map(({ user, steal }) => [user, steal])).toEqual([
      [1376.39, 4.63],
      [1, 8],
    ]);
  });

  test('without a column for stolen time has none stolen', () => {
    expect(cpuOf('/proc/stat:cpu  1 2 3 4 5 6 7\n').total).toMatchObject({ softirq: 0.07, steal: 0 });
  });

  test.each([
    ['two cores', '      NET_RX:   82431701   80770320\n', { NET_RX: 163_202_021 }],
    ['one core', '      NET_TX:   5\n', { NET_TX: 5 }],
    [
      'more kinds',
      '          HI:          0          1\n/proc/softirqs:    IRQ_POLL:          2          2\n',
      { HI: 1, IRQ_POLL: 4 },
    ],
  ])('adds up softirqs over cores: %s', (_, lines, softirqs) => {
    expect(pass(`/proc/softirqs:${lines}`).machines.get(0)!.softirqs).toEqual(softirqs);
  });
});

test('what is neither a file nor a socket is passed over', () => {
  const noise =
    'priority own session, SCHED_FIFO\ngrep: /proc/77/net/dev: No such file or directory\n\n/proc/version:Linux\n';
  expect(pass(noise)).toEqual(pass(''));
});
