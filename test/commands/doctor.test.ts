import { describe, expect, test } from 'vitest';
import { examine } from '../../src/commands/doctor.js';
import type { Finding } from '../../src/probes/doctor/finding.js';
import { fakeNode } from '../probes/doctor/fakeNode.js';
import { machineWith } from '../probes/doctor/healthyMachine.js';

const findingsOf = (text: string): Finding[] => (JSON.parse(text) as { findings: Finding[] }).findings;

describe('what doctor prints', () => {
  const SMT = { '/sys/devices/system/cpu/smt/active': '1' };
  const NO_IPERF3 = { 'iperf3 --version': { code: 127 } };

  test('a warning leaves the exit code at 0', async () => {
    const { text, exitCode } = await examine([{ node: fakeNode(machineWith(SMT)) }], { json: false });
    expect(exitCode).toBe(0);
    expect(text).toContain(
      'warn  SMT: on: two processes on one core share it, so what a flow gets depends on where it runs\n' +
        '      mend: echo off | tee /sys/devices/system/cpu/smt/control\n',
    );
    expect(text).toMatch(/\n\nthis machine can run it; 1 warning\(s\)$/);
  });

  test('a failure makes the exit code 3', async () => {
    const { text, exitCode } = await examine([{ node: fakeNode(machineWith({}, NO_IPERF3)) }], {
      json: false,
    });
    expect(exitCode).toBe(3);
    expect(text).toContain('mend: apt-get install -y iperf3\n');
    expect(text).toMatch(/\n\n1 thing\(s\) must be mended first$/);
  });

  test('--json gives every finding whole, with the same exit code', async () => {
    const { text, exitCode } = await examine([{ node: fakeNode(machineWith(SMT, NO_IPERF3)) }], {
      json: true,
    });
    expect(exitCode).toBe(3);
    const findings = findingsOf(text);
    expect(findings.find(({ check }) => check === 'iperf3')).toEqual({
      level: 'fail',
      check: 'iperf3',
      means: 'iperf3 is not installed on fake: run `apt-get install -y iperf3` there as root',
      mend: 'apt-get install -y iperf3',
    });
    expect(findings.filter(({ level }) => level === 'ok').length).toBeGreaterThan(10);
  });
});
