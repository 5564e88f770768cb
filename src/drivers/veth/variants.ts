import type { Variant } from '../driver.js';

export const variants: Variant[] = [
  {
    id: 'veth:bridge',
    label: 'veth + bridge',
    measurable: { local: true, switched: true },
  },
  {
    id: 'veth:direct',
    label: 'veth direct',
    measurable: { local: true, switched: 'a cable between two namespaces does not leave the node' },
  },
];
