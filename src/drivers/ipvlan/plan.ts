import { planChildren } from '../children.js';
import type { DriverPlan, PlanRequest, Variant } from '../driver.js';
import { optionsOf, siblingsOf } from './variants.js';

/** A child of the uplink for every container. All of one uplink have one mode and flag. */
export function plan(variant: Variant, request: PlanRequest): DriverPlan {
  return planChildren(`ipvlan ${optionsOf(variant).join(' ')}`, siblingsOf(variant), request);
}
