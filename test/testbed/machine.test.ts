import { expect } from 'vitest';
import { small } from './bench.js';
import { ROOT, test } from './world.js';

/** An `ip` as on a kernel without macvlan. */
const NO_MACVLAN = {
  ip: `case "$*" in *-batch*) ;; *) exec "$real" "$@" ;; esac
sed 's/type macvlan mode [a-z]*/type nosuchkind/' | "$real" "$@"`,
};
const NO_NAMESPACES = { unshare: 'echo "unshare: unshare failed: Operation not permitted" >&2; exit 1' };

test('drivers that this kernel lacks are told with the reason, and the others are measured', async ({
  world,
}) => {
  const drivers = ['host', 'veth:bridge', 'macvlan:bridge', 'ipvlan:l3'];
  const asked = await world.bench(['drivers', '--json'], NO_MACVLAN);
  const rows = (
    JSON.parse((await asked.ended).stdout) as { drivers: { id: string; available: true | string }[] }
  ).drivers;
  const bench = await world.bench(
    ['run', 'local-tcp', ...small({ drivers: drivers.join(','), reference: 'host' })],
    NO_MACVLAN,
  );
  const { code, stderr } = await bench.ended;
  expect(code).toBe(0);
  expect(stderr).toContain('macvlan:bridge is not measured: this kernel has no macvlan');
  const { header, records } = await world.experiment();
  const lacking = rows.filter(({ id, available }) => drivers.includes(id) && available !== true);
  expect(header.unavailable.map((entry) => 'driver' in entry && entry.driver).sort()).toEqual(
    lacking.map(({ id }) => id).sort(),
  );
  expect(records.map(({ status }) => status)).toEqual(records.map(() => 'ok'));
  const measured = drivers.filter((driver) => !lacking.some(({ id }) => id === driver));
  expect(records.map(({ cell }) => cell.driver).sort()).toEqual(measured.sort());
});

test('a machine that refuses namespaces is exit code 3, and doctor says so too', async ({ world }) => {
  for (const args of [['run', 'local-tcp', ...small({})], ['doctor']]) {
    const bench = await world.bench(args, NO_NAMESPACES);
    const { code, stdout, stderr } = await bench.ended;
    expect(stdout + stderr).toContain(
      'everything is measured in namespaces of its own, and they are refused',
    );
    expect(code).toBe(3);
  }
});

// Root needs no user namespace.
if (!ROOT) {
  test('the setting that keeps user namespaces from an ordinary user is named, and what opens it', async ({
    world,
  }) => {
    world.configure('echo 0 >/proc/sys/user/max_user_namespaces');
    const bench = await world.bench(['run', 'local-tcp', ...small({})]);
    const { code, stderr } = await bench.ended;
    expect(stderr).toContain('user.max_user_namespaces is 0');
    expect(stderr).toContain('sysctl -w user.max_user_namespaces=');
    expect(code).toBe(3);
  });
}

test('a disk that fills up stops the experiment, and resuming loses no finished run', async ({ world }) => {
  const run = ['run', 'local-tcp', ...small({ drivers: 'host,veth', reference: 'host' })];
  await world.run('ln', '-s', world.disk, `${world.folder}/results`);
  const bench = await world.bench(run);
  await bench.reached(2, 'build');
  await world.run('sh', '-c', `cat /dev/zero >'${world.disk}/filler' 2>/dev/null; true`);
  const { code, stderr } = await bench.ended;
  expect(stderr).toMatch(
    /Run 0002 could not be written: the disk is full\. Nothing recorded before it is lost/,
  );
  expect(code).toBe(1);
  const runs = (): Promise<string> => world.run('sh', '-c', `cat '${world.disk}'/*/runs.jsonl`);
  const kept = await runs();
  expect(kept.split('\n')).toHaveLength(1);
  await world.run('rm', `${world.disk}/filler`);
  const resumed = await world.bench([...run, '--resume']);
  expect(await resumed.ended).toMatchObject({ code: 0 });
  expect((await runs()).slice(0, kept.length)).toBe(kept);
});
