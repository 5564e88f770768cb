/** What an experiment is called. */
import type { Scenario } from '../scenario/scenario.js';

/** Scenario, profile and start in UTC: `local-tcp-quick-2026-01-31T12-00-05Z`. Also the name of its folder. */
export function experimentId({ name, profile }: Pick<Scenario, 'name' | 'profile'>, startedAt: Date): string {
  const time = startedAt.toISOString().replace(/\.\d+/, '').replaceAll(':', '-');
  return [name, profile, time].filter((part) => part !== undefined).join('-');
}
