import type { Variant } from '../driver.js';

export const variants: Variant[] = [
  {
    id: 'host',
    label: 'host',
    measurable: { local: true, switched: true },
  },
];
