/**
 * What a scenario means by leaving a key out, and what each key is for. The only place that says either: the schema,
 * the editors' hints and the help texts take both from here. Values are written as in a scenario file.
 */

interface Default {
  /** What the key is for, in a clause. */
  description: string;
  /** Absent where there is no fixed default; the description then says what holds. */
  value?: unknown;
}

/** Bounds that decide whether a run counts. */
export const LIMIT_DEFAULTS = {
  cross_check: {
    value: '2%',
    description:
      "difference between the kernel's counters and iperf3's own bytes beyond which a run is marked",
  },
  sampling: {
    value: '10%',
    description: 'share of the window spent in reading counters beyond which a run is invalid',
  },
  retransmits: {
    value: '0.5%',
    description: 'share of segments sent again beyond which a run is marked',
  },
  steal: { value: '5%', description: 'share of CPU time stolen beyond which a run is marked' },
} satisfies Record<string, Default>;

/** How an adaptive experiment decides that it knows enough. */
export const ADAPTIVE_DEFAULTS = {
  min: { value: 10, description: 'blocks that every stratum gets in any case' },
  max: { value: 30, description: 'blocks after which a stratum ends, precise or not' },
  precision: {
    value: '2.5%',
    description:
      "half-width of the 95 % interval of each driver's ratio to the reference that is good enough",
  },
  budget: { description: 'time that the whole experiment may take; no limit unless given' },
} satisfies Record<string, Default>;

/** Every key that a scenario, a profile and the command line may set. */
export const DEFAULTS = {
  question: { value: '', description: 'the question asked, in a sentence' },
  drivers: {
    value: ['host', 'veth', 'macvlan', 'ipvlan:l3'],
    description: 'network drivers to compare, as driver or driver:mode',
  },
  reference: {
    description: 'driver that the others are compared with; the first of drivers unless given',
  },
  pairs: { value: [1, 2, 4, 8], description: 'how many pairs of containers send at the same time' },
  mtu: { value: [1500], description: 'MTU of every device on the path, in bytes' },
  method: {
    value: ['concurrent'],
    description: "how throughput is made: concurrent, or published-2015 for the study's own way",
  },
  placement: {
    value: ['none'],
    description: "CPUs of a pair's two processes: none, same-core, split or numa-local",
  },
  congestion_control: { value: ['cubic'], description: 'congestion control, for TCP only' },
  udp_length: {
    value: ['fit'],
    description:
      'payload bytes of a datagram, or fit for the largest that the MTU carries whole, for UDP only',
  },
  omit: { value: '1s', description: 'warm-up before the window opens, counted once all flows are active' },
  duration: { value: '10s', description: 'length of the window in which throughput is measured' },
  repeat: {
    value: 10,
    description:
      'number of blocks, or min, max, precision and budget to go on until ratios are precise enough',
  },
  seed: { value: 1, description: 'seed of the random order of strata and drivers' },
  retries: { value: 2, description: 'how often an invalid run is repeated inside its block' },
  limits: { value: {}, description: 'bounds that decide whether a run counts' },
  claims: { value: [], description: 'claims that this scenario can speak to, such as S1' },
} satisfies Record<string, Default>;

/** A key that has a default, as it is written in a file. */
export type FactorKey = keyof typeof DEFAULTS;

/** The description with the default, as help texts and editors show it. */
export function helpOf({ description, value }: Default): string {
  const shown = [value].flat().join(', ');
  return shown === '' || (typeof value === 'object' && !Array.isArray(value))
    ? description
    : `${description} (default: ${shown})`;
}
