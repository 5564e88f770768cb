import type { Variant } from '../driver.js';

export const variants: Variant[] = [
  {
    id: 'host',
    label: 'host (loopback)',
    measurable: { local: true, switched: true },
  },
];
