import { expect, test } from 'vitest';
import { host } from '../../src/drivers/host/index.js';
import { commandsOf, driverPlan } from './plan.js';

test('host changes nothing but the MTU of loopback, and gives it back', () => {
  const plan = driverPlan('host', 2);
  expect(commandsOf(plan)).toEqual(['ip link set lo mtu 9000 up']);
  expect(plan.steps[0]!.undo).toEqual(['ip', 'link', 'set', 'lo', 'mtu', '65536']);
});

test('host needs to be told what each process reads, and no uplink', () => {
  expect(host.requirements(host.variants[0]!)).toMatchObject([{ option: 'CONFIG_TASK_IO_ACCOUNTING' }]);
  expect(driverPlan('host').uplink).toBe('unused');
});

test('host counts in the namespace that all pairs share', () => {
  expect(host.counters).toBe('shared-namespace');
});
