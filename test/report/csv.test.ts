import { describe, expect, it } from 'vitest';
import { csv, flowsCsv, runsCsv, type RunRow } from '../../src/report/csv.js';
import { reportModel } from '../../src/report/model.js';
import { summaryCsv } from '../../src/report/summary-csv.js';
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
