import { addressUplink, routesTo } from '../across.js';
import { planChildren } from '../children.js';
import type { DriverPlan, PlanRequest, Variant } from '../driver.js';
import { isRouted, optionsOf, siblingsOf } from './variants.js';

/**
 * A child of the uplink for every container. All of one uplink have one mode and flag. What a child of l3 or l3s sends
 * to another node is routed by its own node, which needs an address and routes for it.
 */
export function plan(variant: Variant, request: PlanRequest): DriverPlan {
  const children = planChildren(`ipvlan ${optionsOf(variant).join(' ')}`, siblingsOf(variant), request);
  const { self, others, uplink } = request;
  if (!self || !isRouted(variant)) return children;
  return { ...children, steps: [addressUplink(uplink, self), ...routesTo(others), ...children.steps] };
}
