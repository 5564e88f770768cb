import { homedir, userInfo } from 'node:os';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BenchError } from '../../src/failures.js';
import type { NodeSpec } from '../../src/nodes/inventory.js';
import { merge, parseConfig, settingsOf, type SshSettings } from '../../src/nodes/ssh/settings.js';

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

  test('a node of which a nodes file says all is reached', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const given = {
      destination: '192.0.2.1',
      port: 22,
      user: 'root',
      identityFile: '/key',
      knownHostsFile: '/known',
    };
    expect(await settingsOf(spec(given))).toMatchObject({ host: '192.0.2.1', user: 'root' });
  });

  test.each(['-oProxyCommand=touch x', '$(touch x)', 'a b', ''])(
    'a destination that ssh could take for something else is refused: %j',
    async (destination) => {
      await expect(settingsOf(spec({ destination }))).rejects.toMatchObject({ failure: { reason: 'usage' } });
    },
  );
});
