/** A small scenario to plan. */
import type { Cell, Scenario } from '../../src/scenario/scenario.js';

export const scenario: Scenario = {
  name: 'mine',
  question: 'Which driver is ahead?',
  topology: 'local',
  protocol: 'tcp',
  drivers: ['host', 'veth:bridge'],
  reference: 'host',
  pairs: [4, 1],
  mtu: [1500, 9000],
  method: ['concurrent'],
  placement: ['none'],
  congestionControl: ['cubic'],
  udpLength: ['fit'],
  omit: 0.5,
  duration: 2,
  repeat: { kind: 'fixed', blocks: 3 },
  seed: 1,
  retries: 2,
  limits: { crossCheck: 0.02, sampling: 0.1, retransmits: 0.005, steal: 0.05 },
  claims: [],
};

export const cell: Cell = {
  topology: 'local',
  protocol: 'tcp',
  method: 'concurrent',
  mtu: 1500,
  pairs: 1,
  placement: 'none',
  congestionControl: 'cubic',
  driver: 'veth:bridge',
};
