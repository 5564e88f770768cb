import { describe, expect, test } from 'vitest';
import { bench } from './bench.js';

const OLD_IPERF3 = { iperf3: 'echo "iperf 3.0.11"; exit 0' };
/** As a shell says of a program that is not there. */
const NO_IPERF3 = { iperf3: 'exit 127' };
/** An `ip` as on a kernel without macvlan: a batch with one of those fails, all others succeed. */
const NO_MACVLAN = {
  ip: 'grep -q macvlan || exit 0\necho "Error: Unknown device type." >&2\nexit 1',
};

describe('a machine that lacks something', () => {
  test.each([
    ['no iperf3', NO_IPERF3, 'iperf3 is not installed'],
    ['an iperf3 that is too old', OLD_IPERF3, 'iperf3 must be 3.2 or newer'],
  ])(
    'with %s nothing is measured, the exit code is 3, and what mends it is named',
    async (_what, programs, problem) => {
      const { code, stdout, stderr } = await bench(['run', 'local-tcp', '--profile', 'quick'], { programs });
      expect(stderr).toContain(problem);
      expect(stderr).toContain('apt-get install -y iperf3');
      expect(stdout).toBe('');
      expect(code).toBe(3);
    },
  );

  test.each([
    ['no iperf3', NO_IPERF3, 'iperf3 is not installed'],
    ['an iperf3 that is too old', OLD_IPERF3, 'iperf3 must be 3.2 or newer'],
  ])('with %s doctor says so and ends with 3', async (_what, programs, problem) => {
    const { code, stdout } = await bench(['doctor', 'local-tcp', '--profile', 'quick', '--json'], {
      programs,
    });
    const { findings } = JSON.parse(stdout) as {
      findings: { level: string; means: string; mend?: string }[];
    };
    const found = findings.find(({ means }) => means.includes(problem));
    expect(found).toMatchObject({ level: 'fail', mend: 'apt-get install -y iperf3' });
    expect(code).toBe(3);
  });

  test('a driver that the kernel lacks, asked for alone, is exit code 3 with the reason', async () => {
    const args = ['run', 'local-tcp', '--profile', 'quick', '--drivers', 'macvlan', '--reference', 'macvlan'];
    const { code, stderr } = await bench(args, { programs: NO_MACVLAN });
    expect(stderr).toContain('this kernel has no macvlan mode bridge (Error: Unknown device type.)');
    expect(code).toBe(3);
  });
});

describe('what only looks', () => {
  test('plan prints the commands of every driver and how long it would take, and needs no iperf3', async () => {
    const { code, stdout, stderr } = await bench(['plan', 'local-tcp', '--profile', 'quick'], {
      programs: NO_IPERF3,
    });
    expect(stdout).toContain('type veth');
    expect(stdout).toContain('type macvlan mode bridge');
    expect(stdout).toMatch(/\d+ runs in \d+ blocks, about/);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('plan --json is JSON and nothing else', async () => {
    const { stdout } = await bench(['plan', 'local-udp', '--pairs', '1,2', '--all', '--json']);
    const { cells } = JSON.parse(stdout) as { cells: { cell: { pairs: number } }[] };
    expect(new Set(cells.map(({ cell }) => cell.pairs))).toEqual(new Set([1, 2]));
  });

  test('drivers lists what the kernel can do', async () => {
    const { code, stdout } = await bench(['drivers', '--json'], { programs: NO_MACVLAN });
    const { drivers } = JSON.parse(stdout) as { drivers: { id: string; available: true | string }[] };
    const availability = Object.fromEntries(drivers.map(({ id, available }) => [id, available]));
    expect(availability['host']).toBe(true);
    expect(availability['macvlan:bridge']).toContain('this kernel has no macvlan');
    expect(code).toBe(0);
  });

  test('clean says that there is nothing to clean', async () => {
    const { code, stdout } = await bench(['clean', '--dry-run']);
    expect(stdout).toContain('nothing to clean');
    expect(code).toBe(0);
  });
});
