import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalNode } from '../../../src/nodes/local.js';
import type { Node } from '../../../src/nodes/node.js';
import { diagnose, type Want } from '../../../src/probes/doctor/diagnose.js';
import { requirementsMet } from '../../../src/probes/doctor/requirements.js';

const local = createLocalNode();
const root = process.getuid?.() === 0;

/** This machine as others see it: every command behind a prefix. */
const behind = (...prefix: string[]): Node => ({
  ...local,
  exec: (argv, options) => local.exec([...prefix, ...argv], options),
});
const asNobody = behind('setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups');
const inContainer = behind('setpriv', '--bounding-set', '-sys_admin');

const user = root ? [] : ['--user', '--map-root-user'];
const open = (await local.exec(['unshare', ...user, '--net', 'true'])).code === 0;

const WANT: Want = {
  drivers: ['host', 'veth:bridge'],
  topology: 'local',
  protocol: 'tcp',
  mtu: 1500,
  pairs: 2,
};
const find = async (node: Node, check: string) =>
  (await diagnose(node, WANT)).find((finding) => finding.check === check);

describe.skipIf(!open)('on this machine, in namespaces of its own', () => {
  const devices = async () => (await local.exec(['ip', '-br', 'link'])).stdout;
  let before: string;
  beforeAll(async () => void (before = await devices()));
  afterAll(async () => expect(await devices(), 'devices of the machine itself').toBe(before));

  test.each([
    ['veth', []],
    ['bridge', []],
    ['macvlan', ['mode', 'bridge']],
  ])('a kind of link that the kernel has is available: %s', async (linkType, ipArgs) => {
    expect(await requirementsMet(local, [[{ kind: 'link-type', linkType, ipArgs }]])).toEqual([true]);
  });

  test('a kind of link that no kernel has is not', async () => {
    const [answer] = await requirementsMet(local, [
      [{ kind: 'link-type', linkType: 'nosuchkind', ipArgs: [] }],
    ]);
    expect(answer).toBe('this kernel has no nosuchkind (Error: Unknown device type.)');
  });

  test('a mode that does not exist is not available, though the kind of link is', async () => {
    const ipArgs = ['mode', 'nosuch'];
    const [answer] = await requirementsMet(local, [[{ kind: 'link-type', linkType: 'macvlan', ipArgs }]]);
    expect(answer).toContain('macvlan mode nosuch');
  });

  test('private namespaces can be had', async () => {
    expect(await find(local, 'private namespaces')).toMatchObject({ level: 'ok' });
  });

  test.runIf(root)('an ordinary user has them too, by user namespaces', async () => {
    const findings = await diagnose(asNobody, WANT);
    expect(findings).toContainEqual({
      level: 'ok',
      check: 'private namespaces',
      means: 'by user namespaces',
    });
    expect(findings).toContainEqual({ level: 'ok', check: 'driver veth:bridge', means: 'available' });
  });

  test.runIf(root)('root of a container without CAP_SYS_ADMIN is told how to start it', async () => {
    expect(await find(inContainer, 'private namespaces')).toMatchObject({
      level: 'fail',
      mend: expect.stringContaining('--cap-add SYS_ADMIN') as string,
    });
  });
});

test('an option that a kernel was built without is named, and by what that is seen', async () => {
  const option = { kind: 'kernel-option', option: 'CONFIG_X', file: '/proc/self/nosuch' } as const;
  const veth = { kind: 'link-type', linkType: 'veth', ipArgs: [] as string[] } as const;
  const there = { ...option, file: '/proc/self/stat' };
  expect(await requirementsMet(local, [[], [veth, there], [veth, option]])).toEqual([
    true,
    true,
    'this kernel was built without CONFIG_X: it has no /proc/self/nosuch',
  ]);
});
