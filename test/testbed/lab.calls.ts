/** A lab in a test's world: its verbs, each in a process of its own, which ends: what it has started goes on without it. */
import { fileURLToPath } from 'node:url';
import type { Lab } from '../../src/nodes/lab/lab.js';
import type { LabNode } from '../../src/nodes/lab/machine.js';
import type { LabOptions } from '../../src/nodes/lab/settings.js';
import type { LabStatus } from '../../src/nodes/lab/status.js';
import { PATH } from './bench.js';
import type { World } from './world.js';

const CONTROLLER = fileURLToPath(new URL('./lab.controller.mjs', import.meta.url));

/** Runs a verb of lab.controller.mjs. */
export async function call<Answer>(
  world: World,
  verb: string,
  argument: unknown,
  path = PATH,
): Promise<Answer> {
  const words = [process.execPath, CONTROLLER, verb, JSON.stringify(argument)];
  return JSON.parse(await world.run('env', `PATH=${path}`, ...words)) as Answer;
}

/** Starts a lab of two nodes or more. */
export async function up(
  world: World,
  options: LabOptions = {},
): Promise<Lab & { nodes: [LabNode, LabNode, ...LabNode[]] }> {
  return call(world, 'up', options);
}

export const down = (world: World, name = 'default'): Promise<null> => call(world, 'down', name);
export const status = (world: World): Promise<LabStatus[]> => call(world, 'status', {});

/** As a node that nobody uses must be: its uplink there and up. */
export const WHOLE = { alive: true, uplink: 'up', mtu: 9000, sshd: true };
