/** No driver at all: processes in the node's own namespace. The baseline that everything else is measured against. */
import type { Driver } from '../driver.js';
import { plan } from './plan.js';
import { variants } from './variants.js';

export const host: Driver = {
  name: 'host',
  summary: "the node's own stack over loopback, a port for each pair: the baseline",
  counters: 'shared-namespace',
  variants,
  requirements: () => [{ kind: 'kernel-option', option: 'CONFIG_TASK_IO_ACCOUNTING', file: '/proc/self/io' }],
  plan,
};
