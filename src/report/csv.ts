/** Records as CSV. Units are in the column names; what is not known is an empty cell, never a zero. */
import { stringify } from 'csv-stringify/sync';
import type {
  FlowRecord,
  Measurement,
  NodeClock,
  NodeCpu,
  RunRecord,
  UplinkRecord,
} from '../results/record.js';
import type { Cell, Stratum } from '../scenario/scenario.js';

/** Rows that are turned into text at once. */
const PIECE = 500;

/** Text of records must not become a formula in a spreadsheet. */
const OPTIONS = { escape_formulas: true };

/** A column: its name and how a row's value is found. */
export type Column<Row> = [name: string, of: (row: Row) => string | number | undefined];

/** A run, the experiment it belongs to and whether it enters the statistics. */
export interface RunRow {
  experiment: string;
  run: RunRecord;
  counted: boolean;
}

interface FlowRow extends Omit<RunRow, 'counted'> {
  flow: FlowRecord;
}

/** One node in one run. */
interface NodeRow extends Omit<RunRow, 'counted'> {
  node: string;
  cpu?: NodeCpu | undefined;
  uplinks?: UplinkRecord[] | undefined;
  clock?: NodeClock | undefined;
}

/** The factors that the drivers of a block share. */
export const STRATUM_COLUMNS: Column<Stratum>[] = [
  ['topology', (stratum) => stratum.topology],
  ['protocol', (stratum) => stratum.protocol],
  ['method', (stratum) => stratum.method],
  ['mtu_bytes', (stratum) => stratum.mtu],
  ['pairs', (stratum) => stratum.pairs],
  ['placement', (stratum) => stratum.placement],
  ['congestion_control', (stratum) => stratum.congestionControl],
  ['udp_length_bytes', (stratum) => stratum.udpLength],
];

export const CELL_COLUMNS: Column<Cell>[] = [['driver', (cell) => cell.driver], ...STRATUM_COLUMNS];

const RUN_COLUMNS: Column<RunRow>[] = [
  ['experiment', (row) => row.experiment],
  ['run', ({ run }) => run.id],
  ...within(CELL_COLUMNS, (row: RunRow) => row.run.cell),
  ['status', ({ run }) => run.status],
  ['counted', (row) => (row.counted ? 'yes' : 'no')],
  ['block', ({ run }) => run.block],
  ['repetition', ({ run }) => run.repetition],
  ['take', ({ run }) => run.take],
  ['position', ({ run }) => run.position],
  ['attempt', ({ run }) => run.attempt],
  ['started_at', ({ run }) => run.startedAt],
  ['throughput_bit_per_s', measured((m) => m.throughput)],
  ['throughput_source', measured((m) => m.throughputSource)],
  ['sum_of_flow_means_bit_per_s', measured((m) => m.sumOfFlowMeans)],
  ['window_s', measured((m) => m.window.seconds)],
  ['window_asked_s', measured((m) => m.window.asked)],
  ['fairness_jain', measured((m) => m.fairness)],
  ['cross_check_fraction', measured((m) => m.crossCheck)],
  ['tcp_retransmitted_segments', measured((m) => m.tcp?.retransmits)],
  ['tcp_duplicate_segments', measured((m) => m.tcp?.duplicates)],
  ['tcp_received_segments', measured((m) => m.tcp?.segmentsReceived)],
  ['udp_sent_datagrams', measured((m) => m.udp?.sent)],
  ['udp_received_datagrams', measured((m) => m.udp?.received)],
  ['udp_receive_buffer_errors', measured((m) => m.udp?.receiveBufferErrors)],
  ['udp_receive_errors', measured((m) => m.udp?.receiveErrors)],
  ['udp_reassembly_failures', measured((m) => m.udp?.reassemblyFailures)],
  ['cpu_user_s', cpuTime((cpu) => cpu.total.user + cpu.total.nice)],
  ['cpu_system_s', cpuTime((cpu) => cpu.total.system)],
  ['cpu_irq_s', cpuTime((cpu) => cpu.total.irq)],
  ['cpu_softirq_s', cpuTime((cpu) => cpu.total.softirq)],
  ['cpu_steal_s', cpuTime((cpu) => cpu.total.steal)],
  ['softirqs_net_rx', cpuTime((cpu) => cpu.softirqs['NET_RX'])],
  ['softirqs_net_tx', cpuTime((cpu) => cpu.softirqs['NET_TX'])],
  ['sampler_cpu_s', measured((m) => m.sampling?.cpuSeconds)],
  ['sampler_share_fraction', measured((m) => m.sampling?.share)],
  ['udp_reconnects', measured((m) => m.reconnects)],
  ['warnings', ({ run }) => run.warnings.join(' | ')],
  ['failure_reason', ({ run }) => (run.status === 'failed' ? run.failure.reason : undefined)],
  ['failure_message', ({ run }) => (run.status === 'failed' ? run.failure.message : undefined)],
];

const FLOW_COLUMNS: Column<FlowRow>[] = [
  ['experiment', (row) => row.experiment],
  ['run', ({ run }) => run.id],
  ['pair', ({ flow }) => flow.pair],
  ['goodput_bit_per_s', ({ flow }) => flow.goodput],
  ['goodput_source', ({ flow }) => flow.source],
  ['lateness_s', ({ flow }) => flow.lateness],
  ['starved', ({ flow }) => (flow.starved ? 'yes' : 'no')],
  ['iperf3_sent_mean_bit_per_s', ({ flow }) => flow.iperf3.sentMean],
  ['iperf3_received_mean_bit_per_s', ({ flow }) => flow.iperf3.receivedMean],
  ['iperf3_sent_bytes', ({ flow }) => flow.iperf3.sentBytes],
  ['iperf3_received_bytes', ({ flow }) => flow.iperf3.receivedBytes],
  ['iperf3_retransmits', ({ flow }) => flow.iperf3.retransmits],
  ['udp_sent_datagrams', ({ flow }) => flow.udp?.sent],
  ['udp_received_datagrams', ({ flow }) => flow.udp?.received],
  ['server_cpu', ({ flow }) => flow.cpus?.server],
  ['client_cpu', ({ flow }) => flow.cpus?.client],
];

const NODE_COLUMNS: Column<NodeRow>[] = [
  ['experiment', (row) => row.experiment],
  ['run', ({ run }) => run.id],
  ['node', ({ node }) => node],
  ['cpu_user_s', ({ cpu }) => cpu && cpu.total.user + cpu.total.nice],
  ['cpu_system_s', ({ cpu }) => cpu?.total.system],
  ['cpu_irq_s', ({ cpu }) => cpu?.total.irq],
  ['cpu_softirq_s', ({ cpu }) => cpu?.total.softirq],
  ['cpu_idle_s', ({ cpu }) => cpu && cpu.total.idle + cpu.total.iowait],
  ['cpu_steal_s', ({ cpu }) => cpu?.total.steal],
  ['softirqs_net_rx', ({ cpu }) => cpu?.softirqs['NET_RX']],
  ['softirqs_net_tx', ({ cpu }) => cpu?.softirqs['NET_TX']],
  ['uplinks', ({ uplinks }) => uplinks?.map(({ name }) => name).join(' ')],
  ['uplinks_physical', ({ uplinks }) => uplinks?.filter(({ physical }) => physical).length],
  ['uplinks_promiscuous', ({ uplinks }) => uplinks?.filter(({ promiscuous }) => promiscuous).length],
  ['clock_offset_s', ({ clock }) => clock?.offset],
  ['clock_error_s', ({ clock }) => clock?.error],
];

/** One row per run that was ever recorded, failed and superseded ones too. */
export function runsCsv(rows: Iterable<RunRow>): Iterable<string> {
  return csv(RUN_COLUMNS, rows);
}

/** One row per flow of every run, failed and superseded ones too; join with runs.csv on `experiment` and `run`. */
export function flowsCsv(rows: Iterable<RunRow>): Iterable<string> {
  return csv(FLOW_COLUMNS, flowsOf(rows));
}

/** One row per node of every run; `machine` is the one that emulated nodes share. */
export function nodesCsv(rows: Iterable<RunRow>): Iterable<string> {
  return csv(NODE_COLUMNS, nodesOf(rows));
}

/** Rows as CSV text, the header first, in pieces of a few hundred rows so that memory stays small. */
export function* csv<Row>(columns: Column<Row>[], rows: Iterable<Row>): Generator<string> {
  const cells = columns.map(([, of]) => of);
  let piece: unknown[][] = [columns.map(([name]) => name)];
  for (const row of rows) {
    piece.push(cells.map((of) => of(row)));
    if (piece.length === PIECE) {
      yield stringify(piece, OPTIONS);
      piece = [];
    }
  }
  yield stringify(piece, OPTIONS);
}

/** The same columns for a row that contains what they are about. */
export function within<Inner, Row>(columns: Column<Inner>[], inner: (row: Row) => Inner): Column<Row>[] {
  return columns.map(([name, of]) => [name, (row) => of(inner(row))]);
}

function* flowsOf(rows: Iterable<RunRow>): Generator<FlowRow> {
  for (const { experiment, run } of rows) {
    for (const flow of run.measurement?.flows ?? []) yield { experiment, run, flow };
  }
}

function* nodesOf(rows: Iterable<RunRow>): Generator<NodeRow> {
  for (const { experiment, run } of rows) {
    const { measurement } = run;
    if (!measurement) continue;
    const { cpu, uplinks, clocks } = measurement;
    const nodes = new Set([...cpu, ...(uplinks ?? []), ...(clocks ?? [])].map(({ node }) => node));
    for (const node of nodes) {
      yield {
        experiment,
        run,
        node,
        cpu: cpu.find((each) => each.node === node),
        uplinks: uplinks?.filter((each) => each.node === node),
        clock: clocks?.find((each) => each.node === node),
      };
    }
  }
}

function measured(of: (measurement: Measurement) => string | number | undefined): Column<RunRow>[1] {
  return ({ run }) => run.measurement && of(run.measurement);
}

/** Added up over the nodes; unknown if it is of any of them. */
function cpuTime(of: (cpu: NodeCpu) => number | undefined): Column<RunRow>[1] {
  return measured(({ cpu }) => {
    const sum = cpu.reduce((total, node) => total + (of(node) ?? NaN), 0);
    return Number.isNaN(sum) ? undefined : sum;
  });
}
