/**
 * A machine to be reached by SSH: a real sshd in network, mount and PID namespaces of its own, with keys of its own,
 * and a relay on this machine's loopback that the test can cut or stall like a cable.
 */
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { vi } from 'vitest';
import type { NodeSpec } from '../../src/nodes/inventory.js';

const BUILD = `
set -e
read -r pid _ </proc/self/stat
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir /run/sshd
ip link set lo up
echo "$pid"
exec cat`;

const LISTENING = 2222;

export interface World {
  folder: string;
  /** Port on this machine's loopback that leads to the listening sshd. */
  port: number;
  /** The path of a file with an own key that sshd takes. */
  key: string;
  /** The path of the file with the host's keys. */
  knownHosts: string;
  /** Lines of known_hosts for sshd behind the relay. */
  hostKeys: Record<'ed25519' | 'ecdsa', string>;
  /** The node behind the relay. */
  spec: (more?: Partial<NodeSpec>) => NodeSpec;
  /** The node by an sshd of its own, as a proxy_command. */
  proxied: (...sshdOptions: string[]) => NodeSpec;
  /** Words that run a command there, beside SSH. */
  enter: (...argv: string[]) => string[];
  /** Runs a command there, beside SSH; its output. */
  run: (...argv: string[]) => Promise<string>;
  /** Command lines of the processes there that hold a text. */
  running: (text: string) => Promise<string[]>;
  /** Ends the listening sshd and starts it anew; its sessions are not touched. */
  restartSshd: () => Promise<void>;
  /** Cuts every connection of the relay. */
  cut: () => void;
  /** Lets nothing through any more, in either direction, and says nothing of it. */
  stall: () => void;
  /** Lets new connections through again. */
  mend: () => void;
  /** Keys that are made with ssh-keygen. */
  makeKey: (name: string, ...options: string[]) => Promise<string>;
  close: () => Promise<void>;
}

export async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-ssh-'));
  const makeKey: World['makeKey'] = async (name, ...options) => {
    const file = join(folder, name);
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, ...options, '-f', file]);
    return file;
  };
  const [key, ed25519, ecdsa] = await Promise.all([
    makeKey('a key $(touch x)'),
    makeKey('host-ed25519'),
    makeKey('host-ecdsa', '-t', 'ecdsa'),
  ]);
  const authorized = join(folder, 'authorized_keys');
  const config = join(folder, 'sshd_config');
  await writeFile(authorized, await readFile(`${key}.pub`));
  await writeFile(
    config,
    [
      `ListenAddress 127.0.0.1:${LISTENING}`,
      `HostKey "${ed25519}"`,
      `HostKey "${ecdsa}"`,
      `AuthorizedKeysFile "${authorized}"`,
      'AuthenticationMethods any',
      'KbdInteractiveAuthentication no',
      'PasswordAuthentication no',
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin yes',
      'PidFile none',
      // no login shell reads what the user of this machine has in theirs
      `SetEnv HOME="${folder}"`,
      '',
    ].join('\n'),
  );

  const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child'];
  const keeper = execa('unshare', [...namespaces, 'sh', '-c', BUILD], { reject: false });
  const pid = await new Promise<string>((resolve) => {
    keeper.stdout.once('data', (chunk) => resolve(String(chunk).trim()));
  });
  const enter: World['enter'] = (...argv) => [
    'nsenter',
    '--target',
    pid,
    '--net',
    '--mount',
    '--pid',
    '--',
    ...argv,
  ];
  const run: World['run'] = async (...argv) => {
    const [file = '', ...args] = enter(...argv);
    return (await execa(file, args)).stdout;
  };
  const running: World['running'] = async (text) => {
    const lines = await run(
      'sh',
      '-c',
      "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; echo; done 2>/dev/null",
    );
    return lines.split('\n').filter((line) => line.includes(text));
  };

  const startSshd = async (): Promise<() => Promise<void>> => {
    const [file = '', ...args] = enter('/usr/sbin/sshd', '-D', '-e', '-f', config);
    const sshd = execa(file, args, { reject: false });
    let said = '';
    sshd.stderr.on('data', (chunk) => (said += String(chunk)));
    await vi.waitFor(() => {
      if (!said.includes('Server listening')) throw new Error(`sshd is not ready: ${said}`);
    }, 10_000);
    return async () => {
      // nsenter waits for the sshd that it forked: the one that listens is ended by its own pid.
      const listening = await run(
        'sh',
        '-c',
        'for p in /proc/[0-9]*; do grep -q "sshd: .*-D.*[l]istener" $p/cmdline 2>/dev/null && echo ${p#/proc/}; done; true',
      );
      const ended = once(sshd, 'exit');
      await run('kill', ...listening.split('\n'));
      await ended;
    };
  };
  let endSshd = await startSshd();

  const relay = openRelay([
    'nsenter',
    '--target',
    pid,
    '--net',
    'busybox',
    'nc',
    '127.0.0.1',
    String(LISTENING),
  ]);
  const port = await relay.port;
  const [edKey = '', ecKey = ''] = await Promise.all(
    [ed25519, ecdsa].map((file) => readFile(`${file}.pub`, 'utf8')),
  );
  const hostKeys = { ed25519: `[127.0.0.1]:${port} ${edKey}`, ecdsa: `[127.0.0.1]:${port} ${ecKey}` };
  const knownHosts = join(folder, 'known_hosts');
  await writeFile(knownHosts, hostKeys.ed25519 + hostKeys.ecdsa + `proxied ${edKey}`);

  const spec: World['spec'] = (more = {}) => ({
    name: 'node1',
    destination: '127.0.0.1',
    port,
    user: userInfo().username,
    identityFile: key,
    knownHostsFile: knownHosts,
    sudo: false,
    labels: {},
    emulated: false,
    ...more,
  });
  return {
    folder,
    port,
    key,
    knownHosts,
    hostKeys,
    enter,
    run,
    running,
    makeKey,
    spec,
    proxied: (...options) =>
      spec({
        destination: 'proxied',
        port: 22,
        proxyCommand: enter('/usr/sbin/sshd', '-i', '-f', config, ...options),
      }),
    restartSshd: async () => {
      await endSshd();
      endSshd = await startSshd();
    },
    cut: relay.cut,
    stall: relay.stall,
    mend: relay.mend,
    close: async () => {
      await relay.close();
      await endSshd();
      keeper.stdin.end();
      await keeper;
      await rm(folder, { recursive: true });
    },
  };
}

/** Listens on this machine's loopback; each connection is carried by a program of its own. */
function openRelay([file = '', ...args]: string[]) {
  const sockets = new Set<Socket>();
  let isStalled = false;
  const server = createServer((socket) => {
    sockets.add(socket);
    const far = execa(file, args, { buffer: false, reject: false });
    socket.on('error', () => undefined);
    far.stdin.on('error', () => undefined);
    socket.on('data', (chunk) => isStalled || far.stdin.write(chunk));
    far.stdout.on('data', (chunk: Buffer) => isStalled || socket.write(chunk));
    far.stdout.on('end', () => socket.end());
    socket.on('close', () => {
      sockets.delete(socket);
      far.stdin.end();
      far.kill('SIGKILL');
    });
  });
  const port = new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    cut,
    stall: () => void (isStalled = true),
    mend: () => void (isStalled = false),
    close: () => {
      cut();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A folder whose programs come before those of the system. */
export async function programs(folder: string, scripts: Record<string, string>): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}
