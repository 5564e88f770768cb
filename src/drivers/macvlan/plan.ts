import { planChildren } from '../children.js';
import type { DriverPlan, PlanRequest, Variant } from '../driver.js';
import { modeOf, siblingsOf } from './variants.js';

/** A child of the uplink for every container. */
export function plan(variant: Variant, request: PlanRequest): DriverPlan {
  return planChildren(`macvlan mode ${modeOf(variant)}`, siblingsOf(variant), request);
}
