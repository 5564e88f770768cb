import type { Siblings } from '../children.js';
import type { Variant } from '../driver.js';

const MODES = ['l3', 'l2', 'l3s'] as const;
const FLAGS = ['bridge', 'private', 'vepa'] as const;

type Mode = (typeof MODES)[number];
type Flag = (typeof FLAGS)[number];

interface Choice {
  mode: Mode;
  flag: Flag;
  variant: Variant;
}

/** Every mode with every flag; ids leave out the flag bridge, which is the kernel's default. */
const CHOICES: Choice[] = FLAGS.flatMap((flag) =>
  MODES.map((mode) => ({ mode, flag, variant: variantOf(mode, flag) })),
);

export const variants: Variant[] = CHOICES.map(({ variant }) => variant);

/** What follows `type ipvlan` in `ip link add`. */
export function optionsOf({ id }: Variant): string[] {
  const { mode, flag } = choiceOf(id);
  return ['mode', mode, flag];
}

/** Whether its children's packets are routed by the node, as l3 and l3s are, and not bridged. */
export function isRouted({ id }: Variant): boolean {
  return choiceOf(id).mode !== 'l2';
}

export function siblingsOf({ id }: Variant): Siblings {
  const { mode, flag } = choiceOf(id);
  return siblings(mode, flag);
}

function choiceOf(id: string): Choice {
  return CHOICES.find(({ variant }) => variant.id === id)!;
}

function variantOf(mode: Mode, flag: Flag): Variant {
  const { works, because } = siblings(mode, flag);
  const named = flag === 'bridge' ? [mode] : [mode, flag];
  return {
    id: ['ipvlan', ...named].join(':'),
    ...(flag === 'bridge' ? { aliases: [`ipvlan:${mode}:${flag}`] } : {}),
    label: ['ipvlan', ...named].join(' '),
    measurable: { local: works || because, switched: true },
    shares: mode === 'l2' ? true : `${mode} routes by the tables of the machine itself`,
  };
}

function siblings(mode: Mode, flag: Flag): Siblings {
  if (flag === 'bridge') {
    return { works: true, because: 'children of one uplink reach each other directly', uplink: 'plain' };
  }
  if (flag === 'private') {
    return { works: false, because: 'private keeps the children of one uplink apart', uplink: 'plain' };
  }
  return mode === 'l2'
    ? { works: true, because: 'the switch sends frames back where they came from', uplink: 'hairpin' }
    : { works: false, because: `${mode} vepa leaves every packet to a router on the wire`, uplink: 'plain' };
}
