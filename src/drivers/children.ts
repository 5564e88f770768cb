/** What drivers have in common whose containers' devices are children of the uplink. */
import type { Container, ReachRule, Step } from '../plan/plan.js';
import { ip } from '../plan/steps.js';
import { ACROSS } from './across.js';
import type { DriverPlan, PlanRequest, UplinkUse } from './driver.js';

/** Whether two children of one uplink can talk, why, and what must be behind the uplink for it. */
export interface Siblings {
  works: boolean;
  because: string;
  uplink: UplinkUse;
}

/** A child for every container, made straight in its namespace; `type` is what follows that word. */
export function planChildren(
  type: string,
  { works, because, uplink: use }: Siblings,
  request: PlanRequest,
): DriverPlan {
  const { containers, topology } = request;
  const steps = containers.map((container) => addChild(container, request, type));
  if (topology === 'switched') return { steps, reach: [ACROSS, hostReach('plain')], uplink: 'plain' };
  return { steps, reach: [{ from: 'client', to: 'server', works, because }, hostReach(use)], uplink: use };
}

function addChild({ name, device }: Container, request: PlanRequest, type: string): Step {
  const { uplink, uplinkPlace, mtu } = request;
  return ip(uplinkPlace, `link add link ${uplink} name ${device} netns ${name} mtu ${mtu} type ${type}`);
}

/** What the node itself sends on the uplink goes out on the wire: only a hairpin brings it back to a child. */
function hostReach(use: UplinkUse): ReachRule {
  const works = use === 'hairpin';
  const because = works ? 'the switch sends it back' : 'what the node sends on its uplink leaves by the wire';
  return { from: 'host', to: 'server', works, because };
}
