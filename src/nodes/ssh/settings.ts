/** How a node is reached: what OpenSSH's own configuration says (`ssh -G`), and what the nodes file says instead. */
import { homedir, userInfo } from 'node:os';
import { fail } from '../../failures.js';
import { createLocalNode } from '../local.js';
import { DESTINATION, type NodeSpec } from '../nodesFile.js';

/** What carries the bytes of a connection. */
export type Way =
  | { kind: 'direct'; family?: 4 | 6 | undefined }
  /** A program's standard input and output. */
  | { kind: 'program'; argv: string[] }
  /** Connections to other hosts, one through the other, each as OpenSSH takes a destination. */
  | { kind: 'jumps'; hops: [string, ...string[]] };

export interface SshSettings {
  /** As the user calls it, for what is told. */
  name: string;
  host: string;
  port: number;
  user: string;
  identityFiles: string[];
  /** Whether no key of the agent counts but those of the identity files. */
  identitiesOnly: boolean;
  agentSocket?: string | undefined;
  certificateFiles: string[];
  knownHostsFiles: string[];
  hostKeyAlias?: string | undefined;
  /** Seconds until a host that doesn't answer is given up. */
  connectTimeout: number;
  way: Way;
}

const DEFAULT_CONNECT_TIMEOUT = 10;

/** Values by lower-case key, in their order; `ssh -G` prints one `key value` a line. */
export type SshConfig = Map<string, string[]>;

export function parseConfig(text: string): SshConfig {
  const config: SshConfig = new Map();
  for (const line of text.split('\n')) {
    const [, key, value] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (key && value) config.set(key, [...(config.get(key) ?? []), value]);
  }
  return config;
}

/** Settings of a node. Errors: `tool-missing` without an SSH client, `node` if its configuration can't be used. */
export async function settingsOf(spec: NodeSpec): Promise<SshSettings> {
  return merge(spec, isComplete(spec) ? parseConfig('') : await askOpenSsh(spec.destination));
}

/** Settings of a host on the way to another, written `host`, `user@host:port`, `[address]:port` or as ssh://. */
export async function hopSettings(hop: string): Promise<SshSettings> {
  const [, user = '', bracketed, plain = '', port] =
    /^(.*@)?(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(hop) ?? [];
  const destination = hop.startsWith('ssh://') ? hop : user + (bracketed ?? plain);
  const given = port === undefined ? {} : { port: Number(port) };
  const config = await askOpenSsh(destination);
  return merge({ name: hop, destination, ...given, sudo: false, labels: {}, emulated: false }, config);
}

/** Whether a nodes file says all, so that ssh_config, which may say other things of every host, isn't asked. */
const isComplete = ({
  name,
  destination,
  port,
  user,
  identityFile,
  knownHostsFile,
  proxyCommand,
}: NodeSpec) =>
  [port, user, identityFile, knownHostsFile].every((given) => given !== undefined) &&
  (destination !== name || proxyCommand !== undefined);

async function askOpenSsh(destination: string): Promise<SshConfig> {
  if (!DESTINATION.test(destination))
    fail('usage', `an SSH destination must be such as root@192.0.2.11, not ${JSON.stringify(destination)}`);
  const { code, stdout, stderr } = await createLocalNode().exec(['ssh', '-G', '--', destination]);
  if (code === 127) {
    const given = 'host, port, user, identity_file and known_hosts';
    fail(
      'tool-missing',
      `ssh is needed to look up ${destination}: apt-get install openssh-client, or give the node's ${given} in a nodes file`,
    );
  }
  if (code !== 0) fail('node', `ssh -G ${destination} refused its configuration`, stderr);
  return parseConfig(stdout);
}

/** Settings from what OpenSSH says, replaced by what the nodes file says. Pure but for the user's own name and home. */
export function merge(spec: NodeSpec, config: SshConfig): SshSettings {
  const one = (key: string): string | undefined => config.get(key)?.[0];
  const all = (key: string): string[] => config.get(key)?.filter((value) => value !== 'none') ?? [];
  const host = (one('hostname') ?? hostIn(spec.destination)).toLowerCase();
  const port = spec.port ?? Number(one('port') ?? 22);
  const user = spec.user ?? one('user') ?? userInfo().username;
  const tokens = { h: host, p: String(port), r: user, n: spec.destination, k: one('hostkeyalias') ?? host };
  const path = (text: string): string => expandPath(text, tokens);
  const knownHosts = [...all('userknownhostsfile'), ...all('globalknownhostsfile')];
  return {
    name: spec.name,
    host,
    port,
    user,
    identityFiles: spec.identityFile ? [spec.identityFile] : all('identityfile').map(path),
    identitiesOnly: spec.identityFile !== undefined || one('identitiesonly') === 'yes',
    agentSocket: agentSocket(one('identityagent') ?? 'SSH_AUTH_SOCK', path),
    certificateFiles: all('certificatefile').map(path),
    knownHostsFiles: spec.knownHostsFile
      ? [spec.knownHostsFile]
      : knownHosts.flatMap((files) => files.split(' ')).map(path),
    hostKeyAlias: one('hostkeyalias'),
    connectTimeout: Number(all('connecttimeout')[0] ?? DEFAULT_CONNECT_TIMEOUT),
    way: wayOf(spec, config, tokens),
  };
}

function agentSocket(agent: string, path: (text: string) => string): string | undefined {
  if (agent === 'none') return undefined;
  return agent === 'SSH_AUTH_SOCK' ? process.env[agent] : path(agent);
}

/** The host in a destination: what is behind a user and, in an address with ssh://, before a port. */
function hostIn(destination: string): string {
  const host = destination.replace(/^(ssh:\/\/)?([^@]*@)?/, '');
  return destination.startsWith('ssh://') ? host.replace(/:\d+\/?$/, '') : host;
}

type Tokens = Record<'h' | 'p' | 'r' | 'n' | 'k', string>;

function wayOf(spec: NodeSpec, config: SshConfig, tokens: Tokens): Way {
  if (spec.proxyCommand) return { kind: 'program', argv: spec.proxyCommand };
  const [command] = config.get('proxycommand') ?? [];
  if (command && command !== 'none') {
    if (config.get('proxyusefdpass')?.[0] === 'yes')
      fail('node', `${spec.name} can't be reached: ProxyUseFdpass of its ssh_config isn't supported here`);
    return { kind: 'program', argv: ['sh', '-c', `exec ${expandCommand(spec.name, command, tokens)}`] };
  }
  const [first, ...more] = config.get('proxyjump')?.[0]?.split(',') ?? [];
  if (first && first !== 'none') return { kind: 'jumps', hops: [first, ...more] };
  const family = { inet: 4 as const, inet6: 6 as const }[config.get('addressfamily')?.[0] ?? ''];
  return { kind: 'direct', family };
}

/** A ProxyCommand is the user's own line of shell; the names put into it must be such that a shell takes as they are. */
function expandCommand(name: string, command: string, tokens: Tokens): string {
  return command.replace(/%(.?)/g, (token, letter: string) => {
    if (letter === '%') return '%';
    const value = { h: tokens.h, p: tokens.p, r: tokens.r, n: tokens.n }[letter];
    if (value === undefined)
      return fail(
        'node',
        `${name} can't be reached: its ProxyCommand has ${token}, and only %h, %n, %p, %r and %% are supported here`,
      );
    if (!DESTINATION.test(value))
      return fail(
        'node',
        `${name} can't be reached: ${JSON.stringify(value)} may not stand for ${token} in its ProxyCommand`,
      );
    return value;
  });
}

/** A path of ssh_config with `~` and %-tokens; unknown tokens stay, and name no file then. */
function expandPath(text: string, tokens: Tokens): string {
  const own = { ...tokens, d: homedir(), u: userInfo().username, '%': '%' };
  return text
    .replace(/^~(?=\/|$)/, () => own.d)
    .replace(/%(.)/g, (token, letter: string) => (own as Record<string, string>)[letter] ?? token);
}
