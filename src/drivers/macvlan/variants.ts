import type { Siblings } from '../children.js';
import type { Variant } from '../driver.js';

/** By what follows `mode`. Docker and CNI use bridge; the kernel's own default is vepa. */
const MODES: Record<string, Siblings> = {
  bridge: { works: true, because: 'children of one uplink reach each other directly', uplink: 'plain' },
  private: { works: false, because: 'private keeps the children of one uplink apart', uplink: 'plain' },
  vepa: { works: true, because: 'the switch sends frames back where they came from', uplink: 'hairpin' },
  passthru: {
    works: false,
    because: "passthru is its uplink's only child, and a pair needs two",
    uplink: 'plain',
  },
};

export const variants: Variant[] = Object.entries(MODES).map(([mode, { works, because }]) => ({
  id: `macvlan:${mode}`,
  label: `macvlan ${mode}`,
  measurable: { local: works || because, switched: true },
  shares: mode === 'passthru' ? 'passthru takes the whole uplink' : true,
}));

export function modeOf({ id }: Variant): string {
  return id.slice('macvlan:'.length);
}

export function siblingsOf(variant: Variant): Siblings {
  return MODES[modeOf(variant)]!;
}
