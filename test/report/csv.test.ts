import { describe, expect, it } from 'vitest';
import { csv, flowsCsv, nodesCsv, runsCsv, type RunRow } from '../../src/report/csv.js';
import { reportModel } from '../../src/report/model.js';
import { claimsCsv, summaryCsv } from '../../src/report/summary-csv.js';
import { failedRun, syntheticExperiment } from './fixture.js';

const udp = syntheticExperiment({ protocol: 'udp', pairs: [1, 4], mtu: [1500], blocks: 1 });

function rowsOf(text: Iterable<string>): Record<string, string>[] {
  const [head, ...lines] = [...text]
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return lines.map((cells) => Object.fromEntries(head!.map((name, index) => [name, cells[index]!])));
}

function row(run: RunRow['run'], counted = true): RunRow {
  return { experiment: 'e', run, counted };
}

describe('runs.csv', () => {
  it('holds every run with units in the names of columns', () => {
    const [first] = rowsOf(runsCsv(udp.records.map((run) => row(run))));
    const run = udp.records[0]!;
    expect(first).toMatchObject({
      experiment: 'e',
      run: run.id,
      driver: run.cell.driver,
      mtu_bytes: '1500',
      counted: 'yes',
    });
    expect(Number(first!['throughput_bit_per_s'])).toBe(run.measurement!.throughput);
    expect(first!['tcp_retransmitted_segments']).toBe('');
  });

  it('shows a failed run as failed and leaves its figures empty', () => {
    const [failed] = rowsOf(runsCsv([row(failedRun(udp.records[0]!), false)]));
    expect(failed).toMatchObject({
      status: 'failed',
      counted: 'no',
      failure_reason: 'flow-missing',
      throughput_bit_per_s: '',
      cpu_user_s: '',
    });
  });

  it.each(['=1+1', '@SUM(A1)', '+1'])('does not let the text %s become a formula', (text) => {
    expect([...csv([['note', (value: string) => value]], [text])].join('')).toBe(`note\n'${text}\n`);
  });

  it('keeps negative numbers as they are', () => {
    expect([...csv([['figure', (value: number) => value]], [-0.5])].join('')).toBe('figure\n-0.5\n');
  });

  it('quotes what holds separators', () => {
    expect([...csv([['note', (value: string) => value]], ['a,"b"\nc'])].join('')).toBe(
      'note\n"a,""b""\nc"\n',
    );
  });
});

describe('flows.csv', () => {
  it('holds one row per flow of every run', () => {
    const rows = rowsOf(flowsCsv(udp.records.map((run) => row(run))));
    expect(rows).toHaveLength(udp.records.reduce((sum, run) => sum + run.cell.pairs, 0));
    expect(Number(rows[0]!['udp_sent_datagrams'])).toBeGreaterThan(
      Number(rows[0]!['udp_received_datagrams']),
    );
  });
});

describe('nodes.csv', () => {
  const node = {
    total: { user: 1, nice: 1, system: 3, idle: 4, iowait: 1, irq: 0, softirq: 2, steal: 0.5 },
    perCore: [],
  };

  it('holds one row per node of every run that was measured', () => {
    const [run] = udp.records;
    const measurement = {
      ...run!.measurement!,
      cpu: [{ node: 'node1', ...node, softirqs: { NET_RX: 7 } }],
      uplinks: [{ node: 'node2', name: 'eth1', physical: true, promiscuous: true }],
      clocks: [{ node: 'node2', offset: -0.5, error: 0.001 }],
    };
    const rows = rowsOf(nodesCsv([row({ ...run!, measurement }), row(failedRun(run!))]));
    expect(rows).toMatchObject([
      {
        node: 'node1',
        cpu_user_s: '2',
        cpu_idle_s: '5',
        softirqs_net_rx: '7',
        softirqs_net_tx: '',
        clock_offset_s: '',
      },
      {
        node: 'node2',
        cpu_user_s: '',
        uplinks: 'eth1',
        uplinks_physical: '1',
        uplinks_promiscuous: '1',
        clock_offset_s: '-0.5',
      },
    ]);
    expect(rows).toHaveLength(2);
  });
});

describe('claims.csv', () => {
  it('names what each figure is, and its unit', () => {
    const nodes = ['node1', 'node2'];
    const experiments = (['tcp', 'udp'] as const).map((protocol) =>
      syntheticExperiment({
        topology: 'switched',
        protocol,
        nodes,
        pairs: [32],
        mtu: [1500, 9000],
        blocks: 2,
      }),
    );
    const rows = rowsOf(claimsCsv(reportModel(experiments)));
    const of = (claim: string) => rows.filter((each) => each['claim'] === claim);
    expect(of('S6')[0]).toMatchObject({
      figure: 'ratio',
      unit: '1',
      range_low: '0.95',
      range_high: '1.05',
      n: '2',
    });
    expect(of('S7')[0]).toMatchObject({ figure: 'difference', unit: 'bit/s', range_low: '1425000000' });
    // The fixture loses 32 / 16 = 2 hellos in each of two runs.
    expect(of('S10')[0]).toMatchObject({
      figure: 'count',
      unit: 'times',
      range_high: '',
      value: '4',
      ruling: 'confirmed',
    });
  });
});

describe('summary.csv', () => {
  it('leaves spread empty where there is one run, and never says zero', () => {
    const rows = rowsOf(summaryCsv(reportModel([udp])));
    expect(rows).toHaveLength(8);
    for (const cell of rows) {
      expect(cell).toMatchObject({
        n: '1',
        throughput_standard_error_bit_per_s: '',
        throughput_interval95_low_bit_per_s: '',
      });
      expect(Number(cell['throughput_mean_bit_per_s'])).toBeGreaterThan(0);
    }
  });
});
