/** The study's claims about one machine (METHOD.md, section 7: S1 to S5). */
import { labelOf } from '../../drivers/label.js';
import type { Protocol } from '../../scenario/scenario.js';
import type { Claim } from './claim.js';
import type { Selection } from './evidence.js';
import { overDriver, overFewerPairs, overMtu, tcpOverUdp } from './measures.js';
import { STUDY_DRIVERS, TCP_SCOPE, TOLERANCE, UDP_SCOPE, forBothDatagrams } from './study.js';

const MORE = { low: 1, high: Infinity };
const LESS = { low: 0, high: 1 };
/** "2.5 up to 3 times as low". */
const STUDY_VETH_GAP = { low: 2.5, high: 3 };
/** "3.5 times as low", to the digit that the study gives. */
const STUDY_UDP_GAP = { low: 3.45, high: 3.55 };
/** The study gives no figure for "no big difference": read as ten per cent. */
const NO_BIG_DIFFERENCE = { low: 0.9, high: 1.1 };

/** What the study called veth can be one of three paths. */
const VETH_PATHS = [
  { driver: 'veth:bridge', words: 'veth + bridge' },
  { driver: 'veth:nat', words: 'veth through a published port, DNAT' },
  { driver: 'veth:proxy', words: 'veth through a published port, userland proxy' },
];

function local(protocol: Protocol, driver: string): Selection {
  return { topology: 'local', protocol, driver };
}

const S1: Claim = {
  id: 'S1',
  words: 'Local TCP: ipvlan L3 is the best; veth is 2.5 to 3 times below macvlan and ipvlan',
  parts: [
    ...['macvlan:bridge', 'veth:bridge'].map((other) => ({
      words: `${labelOf('ipvlan:l3')} carries more than ${labelOf(other)}`,
      measure: overDriver(local('tcp', 'ipvlan:l3'), other),
      range: MORE,
      scope: TCP_SCOPE,
    })),
    ...VETH_PATHS.flatMap(({ driver, words }) =>
      ['macvlan:bridge', 'ipvlan:l3'].map((other) => ({
        words: `${labelOf(other)} carries 2.5 to 3 times as much as ${words}`,
        measure: overDriver(local('tcp', other), driver),
        range: STUDY_VETH_GAP,
        tolerance: TOLERANCE,
        scope: TCP_SCOPE,
      })),
    ),
  ],
};

const S2: Claim = {
  id: 'S2',
  words: 'Local TCP: no big difference between MTU 1500 and 9000',
  parts: STUDY_DRIVERS.map((driver) => ({
    words: `${labelOf(driver)}: MTU 9000 within 10 % of MTU 1500`,
    measure: overMtu(local('tcp', driver), 9000, 1500),
    range: NO_BIG_DIFFERENCE,
    scope: { ...TCP_SCOPE, mtu: [9000] },
  })),
};

const S3: Claim = {
  id: 'S3',
  words: 'Local UDP: macvlan performs reasonably, ipvlan L3 and veth do not perform well',
  parts: ['ipvlan:l3', 'veth:bridge'].flatMap((other) =>
    forBothDatagrams((udpLength, words) => ({
      words: `${labelOf('macvlan:bridge')} delivers more than ${labelOf(other)} (${words})`,
      measure: overDriver({ ...local('udp', 'macvlan:bridge'), udpLength }, other),
      range: MORE,
      scope: UDP_SCOPE,
    })),
  ),
};

const S4: Claim = {
  id: 'S4',
  words: 'Local: the total of macvlan is 3.5 times lower with UDP than with TCP',
  parts: forBothDatagrams((udpLength, words) => ({
    words: `${labelOf('macvlan:bridge')} carries 3.5 times as much TCP as UDP (${words})`,
    measure: tcpOverUdp({ ...local('udp', 'macvlan:bridge'), udpLength }),
    range: STUDY_UDP_GAP,
    tolerance: TOLERANCE,
    scope: UDP_SCOPE,
  })),
};

const S5: Claim = {
  id: 'S5',
  words: 'Local UDP: the total of veth falls after two pairs',
  parts: forBothDatagrams((udpLength, words) => ({
    words: `${labelOf('veth:bridge')} delivers less with 4 pairs and more than with 2 (${words})`,
    measure: overFewerPairs({ ...local('udp', 'veth:bridge'), udpLength }, 2),
    range: LESS,
    scope: { ...UDP_SCOPE, pairs: [4, 8, 16] },
  })),
};

export const LOCAL_CLAIMS: Claim[] = [S1, S2, S3, S4, S5];
