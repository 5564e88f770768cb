/** What inspect.sh printed of an eth1 with a bit of everything, on Linux 6.18 with iproute2 6.1. */
import { readFileSync } from 'node:fs';
import { parseUplink } from '../../../src/nodes/uplink/inspect.js';
import type { UplinkState } from '../../../src/nodes/uplink/state.js';

export const PRINTED = readFileSync(new URL('./eth1.txt', import.meta.url), 'utf8');

/** The same without what forbids lending it, and with changes. */
export function lendable(changes: Partial<UplinkState> = {}): UplinkState {
  return { ...parseUplink('eth1', PRINTED), uppers: [], sshPeers: [], ...changes };
}
