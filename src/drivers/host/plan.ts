import { ip, NODE } from '../../plan/steps.js';
import { ACROSS, addressUplink } from '../across.js';
import type { DriverPlan, PlanRequest, Variant } from '../driver.js';

/** The kernel's own default for the loopback device. */
const USUAL_MTU = 65536;

/** Nothing is made: the loopback device only gets the MTU that is asked for, or the uplink an address. */
export function plan(_variant: Variant, { mtu, uplink, self }: PlanRequest): DriverPlan {
  return self
    ? {
        steps: [addressUplink(uplink, self)],
        reach: [ACROSS],
        uplink: 'plain',
      }
    : {
        steps: [ip(NODE, `link set lo mtu ${mtu} up`, `link set lo mtu ${USUAL_MTU}`)],
        reach: [{ from: 'client', to: 'server', works: true, because: "all share the node's own stack" }],
        uplink: 'unused',
      };
}
