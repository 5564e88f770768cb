import { describe, expect, test } from 'vitest';
import { checkVersions, parseVersion } from '../../src/traffic/version.js';

test.each([
  ['iperf 3.12 (cJSON 1.7.15)\nLinux host 6.1.0 x86_64\n', '3.12'],
  ['iperf 3.1.3\nLinux 4.15\n', '3.1.3'],
  ['iperf 3.17.1+ (cJSON 1.7.15)', '3.17.1+'],
  ['iperf version 2.1.8 (12 August 2022) pthreads', undefined],
  ['', undefined],
])('%j tells version %s', (text, version) => {
  expect(parseVersion(text)).toBe(version);
});

describe('the iperf3 of all nodes', () => {
  const check = (...versions: (string | undefined)[]) =>
    checkVersions(versions.map((version, index) => ({ node: `node${index + 1}`, version })));

  test.each([['3.2'], ['3.12'], ['3.20'], ['4.0'], ['3.17.1+']])('may be %s', (version) => {
    expect(check(version, version)).toBeUndefined();
  });

  test.each([['3.0.11'], ['3.1.7'], ['3'], ['2.9']])('may not be %s', (version) => {
    expect(check(version)).toEqual({
      reason: 'tool-version',
      message: `iperf3 must be 3.2 or newer, node1 has ${version}: run \`apt-get install -y iperf3\` there as root`,
    });
  });

  test('must be there', () => {
    expect(check('3.12', undefined)).toEqual({
      reason: 'tool-missing',
      message: 'iperf3 is not installed on node2: run `apt-get install -y iperf3` there as root',
    });
  });

  test('must be one and the same', () => {
    const failure = check('3.12', '3.18');
    expect(failure?.reason).toBe('tool-version');
    expect(failure?.message).toContain('node1 has 3.12, node2 has 3.18');
  });
});
