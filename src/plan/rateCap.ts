/** Keeps the clients of a node below a rate, where others live on the same uplink. */
import type { Container, Step } from './plan.js';

/** Seconds of its rate that a client may send at once. */
const BURST = 0.01;
/** How long a packet may wait. */
const LATENCY = '50ms';

/** A token bucket on every client's device; `cap` is what all of them may send together, bit/s. */
export function capClients(containers: Container[], cap: number, mtu: number): Step[] {
  const clients = containers.filter(({ role }) => role === 'client');
  const rate = Math.floor(cap / clients.length);
  const burst = Math.max(2 * mtu, Math.ceil((rate / 8) * BURST));
  return clients.map(({ name, device }) => ({
    place: { kind: 'container', name },
    argv: `tc qdisc add dev ${device} root tbf rate ${rate}bit burst ${burst}b latency ${LATENCY}`.split(' '),
  }));
}
