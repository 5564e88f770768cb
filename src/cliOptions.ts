/** Flags of every command that reads a scenario. */
import type { Argv } from 'yargs';
import { OVERRIDE_HELP } from './scenario/overrides.js';

export const SCENARIO_OPTIONS = {
  profile: {
    type: 'string',
    requiresArg: true,
    describe: "one of the scenario's profiles, such as quick",
  },
  uplink: {
    type: 'string',
    requiresArg: true,
    describe: 'physical interface to attach containers to; it is given back as it was, or never moved',
  },
  'uplink-mode': {
    type: 'string',
    requiresArg: true,
    describe: 'moved into the testbed (the default), or shared: it stays as it is and only gets children',
  },
  'rate-cap': {
    type: 'string',
    requiresArg: true,
    describe: 'what clients send together by way of a shared uplink, such as 500mbit',
  },
  'share-default-route': {
    type: 'boolean',
    default: false,
    describe: 'share even the uplink that this machine itself lives on',
  },
  nodes: {
    type: 'string',
    requiresArg: true,
    describe: 'nodes to measure on, by name or SSH destination: node1,node2',
  },
  'nodes-file': {
    type: 'string',
    requiresArg: true,
    describe: 'file that tells more of nodes; ./nodes.yaml unless given',
  },
} as const;

/** Flags that change a scenario's factors, as texts: the scenario's own schema reads and checks them. */
export const FACTORS = Object.fromEntries(
  Object.entries(OVERRIDE_HELP).map(([name, describe]) => [
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    { type: 'string', requiresArg: true, describe, group: 'Factors:' } as const,
  ]),
);

/** What every command that reads a scenario takes. */
export function withScenario<Given>(command: Argv<Given>) {
  const factors: Argv<object> = command;
  factors.options(FACTORS);
  return command.options(SCENARIO_OPTIONS);
}
