import { homedir, userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BenchError } from '../../src/failures.js';
import type { NodeSpec } from '../../src/nodes/inventory.js';
import type { Node } from '../../src/nodes/node.js';
import {
  hopSettings,
  merge,
  parseConfig,
  settingsOf,
  type SshSettings,
} from '../../src/nodes/ssh/settings.js';

/** What runs in place of ssh. */
const ssh = vi.hoisted(() => vi.fn<Node['exec']>());
vi.mock('../../src/nodes/local.js', () => ({ createLocalNode: () => ({ exec: ssh }) }));

beforeEach(() => {
  ssh.mockReset();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const spec = (more: Partial<NodeSpec> = {}): NodeSpec => ({
  name: 'node1',
  destination: 'node1',
  sudo: false,
  labels: {},
  emulated: false,
  ...more,
});

/** What `ssh -G` of OpenSSH 9.2 prints, shortened. */
const PRINTED = `host node1
user bench
hostname Node1.Rack.test
port 2201
addressfamily any
identitiesonly no
proxyusefdpass no
connecttimeout 7
canonicaldomains none
userknownhostsfile /home/bench/.ssh/known_hosts ~/.ssh/known_hosts2
globalknownhostsfile /etc/ssh/ssh_known_hosts
identityfile ~/.ssh/id_rsa
identityfile /keys/with spaces/%h-%r-%p
certificatefile ~/.ssh/%n-cert.pub
`;

const settings = (printed: string, more?: Partial<NodeSpec>): SshSettings =>
  merge(spec(more), parseConfig(printed));

describe('what ssh -G says', () => {
  test('is how a node is reached', () => {
    vi.stubEnv('SSH_AUTH_SOCK', '/run/agent');
    expect(settings(PRINTED)).toEqual({
      name: 'node1',
      host: 'node1.rack.test',
      port: 2201,
      user: 'bench',
      identityFiles: [`${homedir()}/.ssh/id_rsa`, '/keys/with spaces/node1.rack.test-bench-2201'],
      identitiesOnly: false,
      agentSocket: '/run/agent',
      certificateFiles: [`${homedir()}/.ssh/node1-cert.pub`],
      knownHostsFiles: [
        '/home/bench/.ssh/known_hosts',
        `${homedir()}/.ssh/known_hosts2`,
        '/etc/ssh/ssh_known_hosts',
      ],
      hostKeyAlias: undefined,
      connectTimeout: 7,
      way: { kind: 'direct' },
    });
  });

  test('is replaced by what a nodes file says', () => {
    const given = {
      port: 22,
      user: 'root',
      identityFile: '/own/key',
      knownHostsFile: '/own/known hosts',
      proxyCommand: ['nc', '$(x)', '%h'],
    };
    expect(settings(`${PRINTED}proxyjump other\n`, given)).toMatchObject({
      host: 'node1.rack.test',
      port: 22,
      user: 'root',
      identityFiles: ['/own/key'],
      identitiesOnly: true,
      knownHostsFiles: ['/own/known hosts'],
      way: { kind: 'program', argv: ['nc', '$(x)', '%h'] },
    });
  });

  test.each([
    ['identityagent none', undefined],
    ['identityagent SSH_AUTH_SOCK', '/run/agent'],
    ['identityagent ~/agent', `${homedir()}/agent`],
  ])('of the agent: %s', (line, socket) => {
    vi.stubEnv('SSH_AUTH_SOCK', '/run/agent');
    expect(settings(`${line}\n`).agentSocket).toBe(socket);
  });

  test('of no limit, no agent and no file is not taken for names', () => {
    const none = 'connecttimeout none\nidentityfile none\ncertificatefile none\nuserknownhostsfile none\n';
    expect(settings(none)).toMatchObject({
      connectTimeout: 10,
      identityFiles: [],
      certificateFiles: [],
      knownHostsFiles: [],
    });
  });

  test.each<[string, SshSettings['way']]>([
    ['addressfamily inet', { kind: 'direct', family: 4 }],
    ['addressfamily inet6', { kind: 'direct', family: 6 }],
    ['proxyjump none', { kind: 'direct' }],
    ['proxycommand none', { kind: 'direct' }],
    ['proxyjump one', { kind: 'jumps', hops: ['one'] }],
    ['proxyjump me@one:2222,[::1]:22', { kind: 'jumps', hops: ['me@one:2222', '[::1]:22'] }],
    [
      'proxycommand ssh -W [%h]:%p "a b" %r %n 100%%',
      { kind: 'program', argv: ['sh', '-c', 'exec ssh -W [node1.rack.test]:2201 "a b" bench node1 100%'] },
    ],
  ])('of the way: %s', (line, way) => {
    expect(settings(`${PRINTED.replace('addressfamily any\n', '')}${line}\n`).way).toEqual(way);
  });

  test.each([
    [
      'proxycommand nc %h %x',
      'node',
      'its ProxyCommand has %x, and only %h, %n, %p, %r and %% are supported here',
    ],
    ['hostname $(touch x)\nproxycommand nc %h', 'node', '"$(touch x)" may not stand for %h'],
    ['user a;b\nproxycommand nc %r', 'node', '"a;b" may not stand for %r'],
    ['proxyusefdpass yes\nproxycommand nc', 'node', 'ProxyUseFdpass'],
  ])('that cannot be used is refused: %s', (lines, reason, problem) => {
    expect(() => settings(lines + '\n')).toThrow(BenchError);
    try {
      settings(lines + '\n');
    } catch (error) {
      expect((error as BenchError).failure).toMatchObject({ reason });
      expect((error as BenchError).message).toContain(problem);
    }
  });
});

describe('without a word of ssh -G', () => {
  test.each([
    ['Node1', 'node1'],
    ['bench@192.0.2.1', '192.0.2.1'],
    ['::1', '::1'],
    ['ssh://bench@node1:2222', 'node1'],
  ])('a host, a port and a user are as OpenSSH has them: %s', (destination, host) => {
    const { username } = userInfo();
    expect(settings('', { destination })).toMatchObject({
      host,
      port: 22,
      user: username,
      connectTimeout: 10,
    });
  });
});

describe('ssh', () => {
  const given = { port: 22, user: 'root', identityFile: '/key', knownHostsFile: '/known' };

  test('is asked for what is not given, in words that it takes for nothing else', async () => {
    ssh.mockResolvedValue({ code: 0, stdout: 'hostname 192.0.2.7\nport 2207\n', stderr: '' });
    expect(await settingsOf(spec({ destination: 'me@node1' }))).toMatchObject({
      host: '192.0.2.7',
      port: 2207,
    });
    expect(ssh).toHaveBeenCalledWith(['ssh', '-G', '--', 'me@node1']);
  });

  test.each([
    ['host', 'host', 'host', undefined],
    ['me@host:2222', 'me@host', 'host', 2222],
    ['me@[::1]:2222', 'me@::1', '::1', 2222],
    ['[::1]', '::1', '::1', undefined],
    ['ssh://me@host:2222', 'ssh://me@host:2222', 'host', 2222],
  ])('is asked for a host on the way: %s', async (hop, destination, host, port = 22) => {
    ssh.mockResolvedValue({ code: 0, stdout: '', stderr: '' });
    expect(await hopSettings(hop)).toMatchObject({ name: hop, host, port });
    expect(ssh).toHaveBeenCalledWith(['ssh', '-G', '--', destination]);
  });

  test.each([
    ['with a host', { ...given, destination: '192.0.2.1' }],
    ['with a proxy command', { ...given, proxyCommand: ['sshd', '-i'] }],
  ])('is not asked where a nodes file says all, %s', async (_, all) => {
    expect(await settingsOf(spec(all))).toMatchObject({ port: 22, user: 'root', identityFiles: ['/key'] });
    expect(ssh).not.toHaveBeenCalled();
  });

  test.each(Object.keys(given))(
    'is needed if a nodes file does not give the %s, and says so if it lacks',
    async (key) => {
      ssh.mockResolvedValue({ code: 127, stdout: '', stderr: '' });
      const most = { ...given, destination: '192.0.2.1', [key]: undefined };
      await expect(settingsOf(spec(most))).rejects.toMatchObject({
        failure: {
          reason: 'tool-missing',
          message: expect.stringContaining('apt-get install openssh-client') as string,
        },
      });
    },
  );

  test('that refuses its configuration is shown', async () => {
    ssh.mockResolvedValue({ code: 255, stdout: '', stderr: 'line 1: Bad configuration option' });
    await expect(settingsOf(spec())).rejects.toMatchObject({
      failure: { reason: 'node', detail: 'line 1: Bad configuration option' },
    });
  });

  test.each(['-oProxyCommand=touch x', '$(touch x)', 'a b', ''])(
    'is not asked for a destination that it could take for something else: %j',
    async (destination) => {
      await expect(settingsOf(spec({ destination }))).rejects.toMatchObject({ failure: { reason: 'usage' } });
      expect(ssh).not.toHaveBeenCalled();
    },
  );
});
