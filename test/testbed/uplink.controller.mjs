/**
 * A controller of its own process, for the tests to kill: opens a testbed, lends it the uplink that it is named,
 * says the pid of the testbed's first process, and goes on until it is ended.
 */
import { runnerImport } from 'vite';

const load = async (path) =>
  (await runnerImport(new URL(`../../src/nodes/${path}`, import.meta.url).pathname)).module;
const { createLocalNode } = await load('local.ts');
const { Testbed } = await load('testbed.ts');
const { guardUplink } = await load('uplink/uplink.ts');

const node = createLocalNode();
const testbed = await Testbed.open(node);
await guardUplink(node, { uplink: process.argv[2], testbedPid: testbed.outerPid });
console.log(testbed.outerPid);
