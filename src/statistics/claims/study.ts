/** What the study measured, and how its statements are read. */
import { CLOSE } from '../range.js';
import type { Part } from './claim.js';

/** The drivers that the study compared. */
export const STUDY_DRIVERS = ['veth:bridge', 'macvlan:bridge', 'ipvlan:l3'] as const;

export const TCP_SCOPE = { mtu: [1500, 9000], pairs: [1, 2, 4, 8, 16, 32, 64, 128] };
/** The study stopped at 16 pairs with UDP. */
export const UDP_SCOPE = { mtu: [1500, 9000], pairs: [1, 2, 4, 8, 16] };

/** Of figures that the study gives. */
export const TOLERANCE = CLOSE.high - 1;

/** The datagrams of the study and those that fit the MTU, with how a statement names them. */
const DATAGRAMS = [
  { udpLength: 8192, words: '8192-byte datagrams, as in the study' },
  { udpLength: 'fit', words: 'datagrams that fit the MTU' },
] as const;

/** A statement for each. */
export function forBothDatagrams(part: (udpLength: number | 'fit', words: string) => Part): Part[] {
  return DATAGRAMS.map(({ udpLength, words }) => part(udpLength, words));
}
