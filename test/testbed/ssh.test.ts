import { appendFile, chmod, copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa, execaSync } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { BenchError, type Failure } from '../../src/failures.js';
import type { NodeSpec } from '../../src/nodes/inventory.js';
import type { Channel } from '../../src/nodes/node.js';
import { openSshNode, SshNode } from '../../src/nodes/ssh/node.js';
import { settingsOf } from '../../src/nodes/ssh/settings.js';
import { openWorld, programs, type World } from './ssh.world.js';

/** Where a real ssh has a configuration of the test's own: it would take that of the user's home. */
const own = vi.hoisted(() => {
  const folder = `/tmp/bench-ssh-client-${process.pid}`;
  // read once, when the local node is loaded
  process.env['PATH'] = `${folder}:${process.env['PATH']}`;
  return { folder, config: `${folder}/config` };
});

const root = process.getuid?.() === 0;
if (!root) console.warn('LEFT OUT: the tests of nodes over SSH need root');

/** All that a channel prints until it has printed a text, or ended. */
function printed(channel: Channel, text: string): Promise<string> {
  let all = '';
  return new Promise((resolve) => {
    channel.onStdout((chunk) => {
      all += chunk;
      if (all.includes(text)) resolve(all);
    });
    void channel.closed.then(() => resolve(all));
  });
}

/** In CI they run in any case, and fail where they can't. */
describe.skipIf(!root && !process.env['CI'])('a node over SSH', { timeout: 60_000 }, () => {
  let world: World;
  const opened: SshNode[] = [];

  beforeAll(async () => {
    await programs(own.folder, { ssh: `exec /usr/bin/ssh -F '${own.config}' "$@"` });
    await writeFile(own.config, '');
    world = await openWorld();
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    world.mend();
    await Promise.all(opened.splice(0).map((node) => node.close()));
    // Nothing is left there but sshd, and the shell that looks.
    await vi.waitFor(
      async () => {
        const processes = (await world.running('')).filter(
          (line) => line.trim() && !/^(cat|sshd: .*listener|sh -c for)/.test(line),
        );
        expect(processes).toEqual([]);
      },
      { timeout: 10_000, interval: 200 },
    );
  });

  afterAll(async () => {
    await world.close();
    await rm(own.folder, { recursive: true });
  });

  async function open(spec: NodeSpec = world.spec()): Promise<SshNode> {
    const node = await openSshNode(spec);
    opened.push(node);
    return node;
  }

  /** Why a node can't be opened. */
  async function refusal(spec: NodeSpec): Promise<Failure> {
    const error: unknown = await open(spec).catch((thrown: unknown) => thrown);
    if (!(error instanceof BenchError)) throw new Error(`it was not refused: ${String(error)}`);
    return error.failure;
  }

  describe('runs a command', () => {
    test('whose words arrive as they are, on a listening sshd and on one by a proxy command', async () => {
      const words = [
        'a b',
        '',
        '$(touch x)',
        '`touch x`',
        "'",
        '"',
        '\\',
        '\n',
        'x\n',
        '-n',
        'ä€😀',
        '*',
        '!!',
        '\u0001',
      ];
      for (const spec of [world.spec(), world.proxied()]) {
        const node = await open(spec);
        const { code, stdout } = await node.exec(['printf', '%s|', ...words]);
        expect({ code, stdout }).toEqual({ code: 0, stdout: words.map((word) => `${word}|`).join('') });
      }
    });

    test.each([
      ['that succeeds', 'echo out; echo err >&2', { code: 0, stdout: 'out\n', stderr: 'err\n' }],
      ['that fails', 'echo bad >&2; exit 3', { code: 3, stdout: '', stderr: 'bad\n' }],
      ['that is terminated', 'kill -TERM $$', { code: 143, stdout: '', stderr: '' }],
      ['that is killed', 'kill -KILL $$', { code: 137, stdout: '', stderr: '' }],
    ])('%s, and gives its code and both streams as they came', async (_, script, result) => {
      expect(await (await open()).exec(['sh', '-c', script])).toEqual(result);
    });

    test('that does not exist with code 127', async () => {
      const { code, stderr } = await (await open()).exec(['no-such-program-here']);
      expect(code).toBe(127);
      expect(stderr).toContain('no-such-program-here');
    });

    test('that reads its input, and nothing otherwise', async () => {
      const node = await open();
      const input = 'two\nlines\n$(x)\n';
      expect((await node.exec(['cat'], { input })).stdout).toBe(input);
      expect((await node.exec(['cat'])).stdout).toBe('');
      const large = 'abcdefgh\n'.repeat(500_000);
      expect((await node.exec(['wc', '-c'], { input: large })).stdout.trim()).toBe(String(large.length));
    });

    test('that prints 10 MB of letters of several bytes', async () => {
      const node = await open();
      const script = "head -c 5000000 /dev/zero | sed 's/\\x00/\\xc3\\xa4/g'";
      const { stdout } = await node.exec(['sh', '-c', script]);
      expect(Buffer.byteLength(stdout)).toBe(10_000_000);
      expect(stdout === 'ä'.repeat(5_000_000)).toBe(true);
    });

    test('in English and with the tools of the administrator', async () => {
      const { stdout } = await (await open()).exec(['sh', '-c', 'echo "$LC_ALL"; echo "$PATH"']);
      const [locale, path = ''] = stdout.split('\n');
      expect(locale).toBe('C');
      expect(path.split(':')).toEqual(expect.arrayContaining(['/usr/sbin', '/sbin']));
    });

    test('that takes too long until it is killed with all its children, and what it said is kept', async () => {
      const script = "trap '' TERM HUP INT; echo begun; sleep 4711 & sleep 4712; sleep 4713";
      const { code, stdout } = await (await open()).exec(['sh', '-c', script], { timeout: 0.5 });
      expect({ code, stdout }).toEqual({ code: 137, stdout: 'begun\n' });
      expect(await world.running('sleep 47')).toEqual([]);
    });

    test('of many at a time, and of all when some of them hang', async () => {
      const node = await open();
      const hanging = Array.from({ length: 6 }, () => node.exec(['sleep', '4714'], { timeout: 0.5 }));
      const others = Array.from({ length: 30 }, (_, index) => node.exec(['echo', String(index)]));
      expect((await Promise.all(hanging)).map(({ code }) => code)).toEqual(hanging.map(() => 137));
      expect((await Promise.all(others)).map(({ stdout }) => stdout)).toEqual(
        others.map((_, index) => `${index}\n`),
      );
    });
  });

  describe('starts a long-lived program', () => {
    test('that answers what was written to it before it was there, and ends with its input', async () => {
      const channel = (await open()).spawn([
        'sh',
        '-c',
        'while read -r line; do echo "got $line"; done; exit 4',
      ]);
      channel.write('a\n');
      channel.write('b\n');
      expect(await printed(channel, 'b')).toBe('got a\ngot b\n');
      channel.end();
      expect(await channel.closed).toBe(4);
      channel.write('too late\n');
      channel.end();
      channel.kill();
    });

    test('in a session of its own, with its standard error apart', async () => {
      const channel = (await open()).spawn([
        'sh',
        '-c',
        'echo wrong >&2; read -r _ _ _ _ group session _ </proc/$$/stat; echo $$ $group $session',
      ]);
      const complaint = new Promise<string>((resolve) => channel.onStderr(resolve));
      const [pid, group, session] = (await printed(channel, '\n')).trim().split(' ');
      expect([group, session]).toEqual([pid, pid]);
      expect(await complaint).toBe('wrong\n');
    });

    test('and kills it with its children, though it reads no input and heeds no signal', async () => {
      const channel = (await open()).spawn([
        'sh',
        '-c',
        "trap '' TERM HUP INT; echo ready; sleep 4715 & while :; do sleep 4716; done",
      ]);
      await printed(channel, 'ready');
      channel.kill();
      expect(await channel.closed).toBe(137);
      expect(await world.running('sleep 471')).toEqual([]);
    });

    test('and kills it though it was not there yet', async () => {
      const node = await open();
      const channel = node.spawn(['sleep', '4717']);
      channel.kill();
      expect(await channel.closed).toBe(137);
    });

    test('that does not exist with code 127', async () => {
      expect(await (await open()).spawn(['no-such-program-here']).closed).toBe(127);
    });

    test('that ends with its input when the node is closed', async () => {
      const node = await open();
      const channel = node.spawn(['sh', '-c', 'echo ready; exec cat']);
      await printed(channel, 'ready');
      await node.close();
      expect(await channel.closed).toBe(255);
      await expect(node.exec(['true'])).rejects.toMatchObject({ failure: { reason: 'connection-lost' } });
    });
  });

  describe('is trusted by known_hosts alone:', () => {
    async function knownHosts(text: string): Promise<NodeSpec> {
      const file = join(world.folder, 'other_known_hosts');
      await writeFile(file, text);
      return world.spec({ knownHostsFile: file });
    }

    test('an unknown host is refused, and the line that is told accepts it', async () => {
      const spec = await knownHosts('');
      const { reason, message } = await refusal(spec);
      expect(reason).toBe('node');
      expect(message).toContain("which isn't known");
      const { stdout } = execaSync('ssh-keygen', ['-lf', join(world.folder, 'host-ed25519.pub')]);
      expect(message).toContain(stdout.split(' ')[1]);
      await appendFile(spec.knownHostsFile!, `${message.split('\n').at(-1)}\n`);
      expect((await (await open(spec)).exec(['echo', 'in'])).stdout).toBe('in\n');
    });

    test('a host with another key is refused', async () => {
      const other = await readFile(`${world.key}.pub`, 'utf8');
      const { reason, message } = await refusal(await knownHosts(`[127.0.0.1]:${world.port} ${other}`));
      expect(reason).toBe('node');
      expect(message).toContain('other_known_hosts:1 (ssh-ed25519)');
    });

    test('of two keys the second is enough', async () => {
      const node = await open(await knownHosts(world.hostKeys.ecdsa));
      expect((await node.exec(['true'])).code).toBe(0);
    });

    test('hashed names count', async () => {
      const spec = await knownHosts(world.hostKeys.ecdsa);
      execaSync('ssh-keygen', ['-H', '-f', spec.knownHostsFile!]);
      expect(await readFile(spec.knownHostsFile!, 'utf8')).toMatch(/^\|1\|/);
      expect((await (await open(spec)).exec(['true'])).code).toBe(0);
    });

    test('revoked keys do not', async () => {
      const spec = await knownHosts(`${world.hostKeys.ed25519}@revoked ${world.hostKeys.ed25519}`);
      expect((await refusal(spec)).message).toContain('other_known_hosts:2 revokes');
    });
  });

  describe('lets in', () => {
    test('nobody with another key, and the keys are told', async () => {
      const identityFile = await world.makeKey('stranger');
      const { reason, message } = await refusal(world.spec({ identityFile }));
      expect(reason).toBe('node');
      expect(message).toContain(`node1 did not let in root: the keys shown were ${identityFile} (SHA256:`);
    });

    test('nobody without a key', async () => {
      const identityFile = join(world.folder, 'none');
      const { reason, message } = await refusal(world.spec({ identityFile }));
      expect(reason).toBe('node');
      expect(message).toBe(`there is no key to show to node1 as root: ${identityFile} doesn't exist`);
    });

    test('an encrypted key by the agent only', async () => {
      const identityFile = join(world.folder, 'encrypted');
      await copyFile(world.key, identityFile);
      await copyFile(`${world.key}.pub`, `${identityFile}.pub`);
      await chmod(identityFile, 0o600);
      const socket = join(world.folder, 'agent');
      const agent = execa('ssh-agent', ['-D', '-a', socket], { reject: false });
      await vi.waitFor(
        () => execaSync('ssh-add', ['-q', identityFile], { env: { SSH_AUTH_SOCK: socket } }),
        5000,
      );
      execaSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'a passphrase', '-f', identityFile]);
      const spec = world.spec({ identityFile });
      vi.stubEnv('SSH_AUTH_SOCK', undefined);
      expect((await refusal(spec)).message).toContain(
        `${identityFile} is encrypted and no agent holds it: ssh-add ${identityFile}`,
      );
      vi.stubEnv('SSH_AUTH_SOCK', socket);
      expect((await (await open(spec)).exec(['true'])).code).toBe(0);
      agent.kill();
      await agent;
    });

    test('nobody where no key is taken', async () => {
      const options = ['-o', 'PubkeyAuthentication=no', '-o', 'PasswordAuthentication=yes'];
      expect((await refusal(world.proxied(...options))).message).toContain('it takes no keys, only password');
    });

    test('nobody where only post-quantum key exchange is taken', async () => {
      const { reason, message } = await refusal(
        world.proxied('-o', 'KexAlgorithms=sntrup761x25519-sha512@openssh.com'),
      );
      expect(reason).toBe('node');
      expect(message).toContain('allow curve25519-sha256 by KexAlgorithms');
    });
  });

  describe('that cannot be reached is told apart:', () => {
    test('a port where nothing listens', async () => {
      const { reason, message } = await refusal(world.spec({ port: 1 }));
      expect(reason).toBe('node');
      expect(message).toContain('ECONNREFUSED');
    });

    test('a host that never answers, given up after its ConnectTimeout', async () => {
      const hole = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
      await once(hole, 'listening');
      const { port } = hole.address() as AddressInfo;
      const spec = world.spec({ port });
      const node = new SshNode(spec, { ...(await settingsOf(spec)), connectTimeout: 1 });
      const before = Date.now();
      await expect(node.exec(['true'])).rejects.toMatchObject({
        failure: {
          reason: 'connection-lost',
          message: `node1 can't be reached at 127.0.0.1 port ${port}: nothing answered within 1 s`,
        },
      });
      expect(Date.now() - before).toBeLessThan(4000);
      await new Promise((resolve) => hole.close(resolve));
    });

    test('a proxy command that fails, with what it says', async () => {
      const proxyCommand = ['sh', '-c', 'echo "no such network" >&2; exit 1'];
      const { reason, detail } = await refusal(world.spec({ proxyCommand }));
      expect({ reason, detail }).toEqual({ reason: 'node', detail: 'no such network' });
      const missing = await refusal(world.spec({ proxyCommand: ['no-such-program-here'] }));
      expect(missing.detail).toContain('no-such-program-here');
    });
  });

  describe('whose connection breaks', () => {
    test('fails what runs, and is connected anew for what comes next', async () => {
      const node = await open();
      const channel = node.spawn(['sh', '-c', 'echo ready; exec cat']);
      await printed(channel, 'ready');
      const hanging = node.exec(['sleep', '2']).catch((error: unknown) => error);
      await node.exec(['true']);
      world.cut();
      expect(await channel.closed).toBe(255);
      expect(await hanging).toMatchObject({ failure: { reason: 'connection-lost' } });
      expect((await node.exec(['echo', 'again'])).stdout).toBe('again\n');
    });

    test('silently is given up within 7 s', async () => {
      const node = await open();
      const channel = node.spawn(['cat']);
      const hanging = node.exec(['sleep', '3']).catch((error: unknown) => error);
      await sleep(500);
      world.stall();
      const before = Date.now();
      expect(await channel.closed).toBe(255);
      expect(Date.now() - before).toBeLessThan(7000);
      expect(await hanging).toMatchObject({ failure: { reason: 'connection-lost' } });
      world.mend();
      expect((await node.exec(['echo', 'again'])).stdout).toBe('again\n');
    });

    test('and that cannot be reached again, is a lost connection still', async () => {
      const spec = world.spec();
      const node = new SshNode(spec, { ...(await settingsOf(spec)), connectTimeout: 1 });
      opened.push(node);
      const channel = node.spawn(['cat']);
      await node.exec(['true']);
      world.stall();
      world.cut();
      await channel.closed;
      await expect(node.exec(['true'])).rejects.toMatchObject({
        failure: {
          reason: 'connection-lost',
          message: expect.stringContaining('nothing answered within 1 s') as string,
        },
      });
      world.mend();
      expect((await node.exec(['echo', 'again'])).stdout).toBe('again\n');
    });
  });

  test('is not disturbed by a restart of the listening sshd', async () => {
    const node = await open();
    const channel = node.spawn(['sh', '-c', 'echo ready; exec cat']);
    await printed(channel, 'ready');
    await world.restartSshd();
    const answer = printed(channel, 'after');
    channel.write('after\n');
    expect(await answer).toContain('after');
    expect((await node.exec(['echo', 'still here'])).stdout).toBe('still here\n');
  });

  describe('becomes root by sudo', () => {
    /** An sshd whose users find a sudo of the test's own, which this machine may not have. */
    async function withSudo(script: string): Promise<NodeSpec> {
      const folder = await programs(join(world.folder, 'bin'), { sudo: script });
      return { ...world.proxied('-o', `SetEnv=PATH=${folder}:/usr/bin:/bin`), sudo: true };
    }

    test('where the nodes file says so, and kills what sudo started', async () => {
      const node = await open(
        await withSudo('[ "$1" = -n ] || exit 9; shift; BY_SUDO=yes; export BY_SUDO; "$@"; exit $?'),
      );
      expect((await node.exec(['sh', '-c', 'echo "$BY_SUDO"; cat'], { input: 'in' })).stdout).toBe('yes\nin');
      expect((await node.exec(['sleep', '4718'], { timeout: 0.5 })).code).toBe(137);
      expect(await world.running('sleep 4718')).toEqual([]);
    });

    test('and is refused where that is', async () => {
      const { reason, message, detail } = await refusal(
        await withSudo('echo "sudo: a password is required" >&2; exit 1'),
      );
      expect(reason).toBe('privilege');
      expect(message).toContain('allow root NOPASSWD');
      expect(detail).toContain('a password is required');
    });
  });

  test('may have a login shell that talks', async () => {
    const startup = join(world.folder, '.bashrc');
    await writeFile(startup, 'echo Welcome; echo "Be welcome" >&2\n');
    const { stdout, stderr } = await (await open()).exec(['echo', 'own']);
    expect({ stdout, stderr }).toEqual({ stdout: 'own\n', stderr: 'Be welcome\n' });
    await rm(startup);
  });

  describe('is resolved as OpenSSH would:', () => {
    /** A node of which only the name is known. */
    const named = (destination: string): NodeSpec => ({
      name: destination,
      destination,
      sudo: false,
      labels: {},
      emulated: false,
    });

    const config = (text: string): Promise<void> =>
      writeFile(
        own.config,
        `${text}\nHost *\n  HostName 127.0.0.1\n  Port ${world.port}\n  User root\n  IdentityFile "${world.key}"\n  UserKnownHostsFile ${world.knownHosts}\n  ConnectTimeout 5\n`,
      );

    test('by its HostName, Port, User and IdentityFile', async () => {
      await config('');
      expect((await (await open(named('rack-alias'))).exec(['echo', 'in'])).stdout).toBe('in\n');
    });

    test('by its HostKeyAlias', async () => {
      await config('Host by-alias\n  HostKeyAlias proxied');
      expect((await (await open(named('by-alias'))).exec(['echo', 'in'])).stdout).toBe('in\n');
    });

    test('by its ProxyCommand', async () => {
      const words = world.enter('busybox', 'nc', '%h', '2222').join(' ');
      await config(`Host by-program\n  ProxyCommand ${words}`);
      const node = await open(named('by-program'));
      expect((await node.exec(['echo', 'in'])).stdout).toBe('in\n');
    });

    test('by ProxyJump over two hosts, each with its own host key', async () => {
      const inner = `[127.0.0.1]:2222 ${(await readFile(join(world.folder, 'host-ed25519.pub'), 'utf8')).trim()}\n`;
      await config('Host inside\n  Port 2222\n  ProxyJump hop1,root@hop2:2222\nHost hop1\n  User root');
      const unknown = await refusal(named('inside'));
      expect(unknown.message).toContain('root@hop2:2222 showed the ssh-ed25519 host key');
      await appendFile(world.knownHosts, inner);
      expect((await (await open(named('inside'))).exec(['echo', 'in'])).stdout).toBe('in\n');
    });

    test('and is refused if its ProxyJump goes in circles', async () => {
      await config('Host a\n  ProxyJump b\nHost b\n  ProxyJump a');
      const { reason, message } = await refusal(named('a'));
      expect({ reason, message }).toEqual({
        reason: 'node',
        message: expect.stringContaining('goes in circles: b, a, b') as string,
      });
    });

    test('and a configuration that ssh refuses is shown', async () => {
      await writeFile(own.config, 'NoSuchKey yes\n');
      const { reason, detail } = await refusal(named('any'));
      expect(reason).toBe('node');
      expect(detail).toContain('nosuchkey');
    });
  });
});
