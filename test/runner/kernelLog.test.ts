import { expect, test } from 'vitest';
import { KernelLog } from '../../src/runner/kernelLog.js';
import { fakeNode } from '../probes/doctor/fakeNode.js';

const boot = '[    0.000000] Linux version 6.18\n[  123.456789] eth0: link up\n';

test('only lines that are new since the last call are told', async () => {
  const answers = { dmesg: boot };
  const log = (await KernelLog.open(fakeNode(answers)))!;
  expect(await log.since()).toEqual([]);
  answers.dmesg += '[  123.456790] one\n[ 1000.000001] two\n';
  expect(await log.since()).toEqual(['[  123.456790] one', '[ 1000.000001] two']);
  expect(await log.since()).toEqual([]);
  answers.dmesg += '[ 1000.000002] three\n';
  expect(await log.since()).toEqual(['[ 1000.000002] three']);
});

test('lines that name their caller count as well', async () => {
  const answers = { dmesg: '[    0.000000][    T0] Linux version 6.18\n' };
  const log = (await KernelLog.open(fakeNode(answers)))!;
  answers.dmesg += '[   12.000001][ T1234] neighbour: arp_cache: neighbor table overflow!\n';
  expect(await log.since()).toEqual([
    '[   12.000001][ T1234] neighbour: arp_cache: neighbor table overflow!',
  ]);
});

test('a log that was cleared goes on from where it was', async () => {
  const answers = { dmesg: boot };
  const log = (await KernelLog.open(fakeNode(answers)))!;
  answers.dmesg = '';
  expect(await log.since()).toEqual([]);
  answers.dmesg = boot + '[  200.000000] new\n';
  expect(await log.since()).toEqual(['[  200.000000] new']);
});

test('an empty log begins at its first line', async () => {
  const answers = { dmesg: '' };
  const log = (await KernelLog.open(fakeNode(answers)))!;
  answers.dmesg = '[    0.500000] first\n';
  expect(await log.since()).toEqual(['[    0.500000] first']);
});

test('there is none where it may not be read', async () => {
  const denied = { code: 1, stderr: 'dmesg: read kernel buffer failed: Operation not permitted' };
  expect(await KernelLog.open(fakeNode({ dmesg: denied }))).toBeUndefined();
});
