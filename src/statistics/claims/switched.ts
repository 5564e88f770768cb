/** The study's claims about two nodes and the switch between them (METHOD.md, section 7: S6 to S11). */
import { labelOf } from '../../drivers/label.js';
import type { DriverId, Protocol } from '../../scenario/scenario.js';
import { CLOSE } from '../range.js';
import type { Claim } from './claim.js';
import type { Selection } from './evidence.js';
import { beyondMtu, overDriver } from './measures.js';
import { busyShare, controlLost, promiscuousUplinks } from './observations.js';
import { STUDY_DRIVERS, TCP_SCOPE, TOLERANCE, UDP_SCOPE, forBothDatagrams } from './study.js';

const MORE = { low: 1, high: Infinity };
const NEVER = { low: 0, high: 0 };
const AT_ALL = { low: 1, high: Infinity };
/** "2Gbit/sec extra", to the digit that the study gives, in bit/s. */
const STUDY_MTU_GAIN = { low: 1.5e9, high: 2.5e9 };
/** "The CPU gets fully utilized": as close to 1 as "close" is. */
const FULL = { low: CLOSE.low, high: Infinity };
/** With more, the study could not measure UDP. */
const STUDY_UDP_PAIRS = 16;
/** On one node, the study's most. */
const STUDY_CONTAINERS = 256;

/** The study's drivers two by two. */
const RIVALS: [DriverId, DriverId][] = STUDY_DRIVERS.flatMap((base, index) =>
  STUDY_DRIVERS.slice(index + 1).map((driver): [DriverId, DriverId] => [driver, base]),
);

function switched(protocol: Protocol, driver: DriverId): Selection {
  return { topology: 'switched', protocol, driver };
}

const S6: Claim = {
  id: 'S6',
  words: 'Switched TCP: a very close call between all drivers',
  parts: RIVALS.map(([driver, base]) => ({
    words: `${labelOf(driver)} within 5 % of ${labelOf(base)}`,
    measure: overDriver(switched('tcp', driver), base),
    range: CLOSE,
    scope: TCP_SCOPE,
  })),
};

const S7: Claim = {
  id: 'S7',
  words: 'Switched TCP: MTU 9000 gives 2 Gbit/s more than MTU 1500',
  parts: STUDY_DRIVERS.map((driver) => ({
    words: `${labelOf(driver)} carries 2 Gbit/s more with MTU 9000 than with 1500`,
    measure: beyondMtu(switched('tcp', driver), 9000, 1500),
    range: STUDY_MTU_GAIN,
    tolerance: TOLERANCE,
    scope: { ...TCP_SCOPE, mtu: [9000] },
  })),
};

const S8: Claim = {
  id: 'S8',
  words: 'Switched UDP, MTU 1500: macvlan is ahead of ipvlan L3 and veth, and the CPU is full',
  parts: [
    ...['ipvlan:l3', 'veth:bridge'].flatMap((other) =>
      forBothDatagrams((udpLength, words) => ({
        words: `${labelOf('macvlan:bridge')} delivers more than ${labelOf(other)} (${words})`,
        measure: overDriver({ ...switched('udp', 'macvlan:bridge'), mtu: 1500, udpLength }, other),
        range: MORE,
        scope: { ...UDP_SCOPE, mtu: [1500] },
      })),
    ),
    ...STUDY_DRIVERS.map((driver) => ({
      words: `${labelOf(driver)} keeps the CPUs of every node 95 % busy, with at least as many pairs as CPUs`,
      measure: busyShare({ ...switched('udp', driver), mtu: 1500 }),
      range: FULL,
      scope: { mtu: [1500], pairs: [] },
    })),
  ],
};

const S9: Claim = {
  id: 'S9',
  words: 'Switched UDP, MTU 9000: all drivers are really close',
  parts: RIVALS.flatMap(([driver, base]) =>
    forBothDatagrams((udpLength, words) => ({
      words: `${labelOf(driver)} within 5 % of ${labelOf(base)} (${words})`,
      measure: overDriver({ ...switched('udp', driver), mtu: 9000, udpLength }, base),
      range: CLOSE,
      scope: { ...UDP_SCOPE, mtu: [9000] },
    })),
  ),
};

const S10: Claim = {
  id: 'S10',
  words: "Above 16 pairs of UDP iperf3's control messages get blocked",
  parts: [
    {
      words: 'hellos are lost or runs fail to connect with more than 16 pairs of any driver',
      measure: controlLost({ topology: 'switched', protocol: 'udp' }, STUDY_UDP_PAIRS),
      range: AT_ALL,
      anywhere: true,
      scope: { mtu: [1500, 9000], pairs: [32, 64, 128] },
    },
  ],
};

const S11: Claim = {
  id: 'S11',
  words: '256 containers, each with a MAC address of its own, do not make the NIC promiscuous',
  parts: [
    {
      words: `no physical uplink with 256 containers of ${labelOf('macvlan:bridge')} is promiscuous`,
      measure: promiscuousUplinks({ driver: 'macvlan:bridge' }, STUDY_CONTAINERS),
      range: NEVER,
      scope: { mtu: [], pairs: [] },
    },
  ],
};

export const SWITCHED_CLAIMS: Claim[] = [S6, S7, S8, S9, S10, S11];
