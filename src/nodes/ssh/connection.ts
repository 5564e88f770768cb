/** A connection to an OpenSSH server, opened strictly: a known host, a key, and no question asked. */
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2, { type AuthHandlerMiddleware, type Client, type ClientChannel } from 'ssh2';
import { BenchError, fail, type Failure } from '../../failures.js';
import { explain, type Attempt } from './explain.js';
import { findIdentities } from './identities.js';
import { startProxy, type Carrier } from './proxy.js';
import { hopSettings, type SshSettings } from './settings.js';
import { Trust } from './trust.js';

/** Silence of the other side after which a connection is lost, in seconds. */
const SILENCE = 5;
/** Milliseconds for a farewell. */
const FAREWELL = 1000;
const MOST_HOPS = 8;
/** RFC 4254, 5.1: what a server on the way says of a host behind it. */
const CONNECT_FAILED = 2;

export class Connection {
  /** Resolves when the connection is gone, whatever the reason. */
  readonly lost: Promise<void>;
  private isLost = false;
  private lastError = '';

  constructor(
    private readonly client: Client,
    private readonly name: string,
    private readonly carrier: Carrier | undefined,
  ) {
    client.on('error', ({ message }) => (this.lastError = message));
    // A carrier that has ended in one direction would be waited for in the other.
    client.on('end', () => client.destroy());
    this.lost = new Promise((resolve) => {
      client.once('close', () => {
        this.isLost = true;
        carrier?.close();
        resolve();
      });
    });
  }

  /** Runs a line of shell. Errors: `connection-lost`; `node` if the server runs none. */
  exec(command: string): Promise<ClientChannel> {
    return this.open((answer) => this.client.exec(command, answer));
  }

  /** A connection from there to another host. Errors as `exec`. */
  forward(host: string, port: number): Promise<Duplex> {
    return this.open((answer) => this.client.forwardOut('127.0.0.1', 0, host, port, answer));
  }

  private open(
    request: (answer: (error: Error | undefined, channel: ClientChannel) => void) => void,
  ): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      const refuse = (error: Error): void => reject(new BenchError(this.failureOf(error)));
      try {
        request((error, channel) => {
          if (error) refuse(error);
          else resolve(channel);
        });
      } catch (error) {
        refuse(error as Error);
      }
    });
  }

  /** Why a channel wasn't opened. */
  private failureOf({ message, reason }: Error & { reason?: number }): Failure {
    if (this.isLost || !/open failure|Unable to exec/.test(message)) {
      const detail = this.lastError ? { detail: this.lastError } : {};
      return { reason: 'connection-lost', message: `the connection to ${this.name} was lost`, ...detail };
    }
    if (reason === CONNECT_FAILED)
      return { reason: 'connection-lost', message: `${this.name} can't connect further: ${message}` };
    const rule = 'its sshd_config must allow commands, forwarding and MaxSessions of 10';
    return { reason: 'node', message: `${this.name} refused a channel: ${rule}`, detail: message };
  }

  /** Says farewell and closes; what doesn't listen any more is cut off. */
  async close(): Promise<void> {
    this.client.end();
    await Promise.race([this.lost, sleep(FAREWELL, undefined, { ref: false })]);
    this.client.destroy();
    this.carrier?.close();
  }
}

/**
 * Opens a connection. Errors: `connection-lost` if the host can't be reached; `node` if it must not be trusted, or
 * doesn't let the user in.
 */
export async function connect(settings: SshSettings, hops: string[] = []): Promise<Connection> {
  const [trust, identities, carrier] = await prepare(settings, hops);
  const client = new ssh2.Client();
  const attempt: Attempt = { settings, identities, tried: [] };
  const connection = new Connection(client, settings.name, carrier);
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve);
      client.on('error', (error) => {
        // The next key is tried then.
        if (error.level !== 'agent') reject(error);
      });
      client.once('close', () => reject(new Error('the server closed the connection')));
      client.connect({
        ...(carrier
          ? { sock: carrier.stream }
          : { host: settings.host, port: settings.port, ...family(settings) }),
        username: settings.user,
        algorithms: { serverHostKey: trust.algorithms },
        hostVerifier: (key: Buffer) => (attempt.refusal = trust.refusal(key)) === undefined,
        authHandler: showKeys(attempt),
        readyTimeout: settings.connectTimeout * 1000,
        keepaliveInterval: 1000,
        keepaliveCountMax: SILENCE,
      });
    });
  } catch (error) {
    attempt.complaint = await carrier?.complaint?.();
    await connection.close();
    throw new BenchError(explain(error as Error, attempt));
  }
  client.setNoDelay(true);
  return connection;
}

async function prepare(settings: SshSettings, hops: string[]) {
  const identities = await findIdentities(settings);
  if (identities.usable.length === 0) {
    const reasons = [...identities.unusable, ...identities.missing.map((file) => `${file} doesn't exist`)];
    fail(
      'node',
      `there is no key to show to ${settings.name} as ${settings.user}: ${reasons.join('; ') || 'no agent runs, and no identity file is named'}`,
    );
  }
  return [await Trust.of(settings), identities, await openCarrier(settings, hops)] as const;
}

const family = ({ way }: SshSettings): { forceIPv4?: boolean; forceIPv6?: boolean } =>
  way.kind === 'direct' ? { forceIPv4: way.family === 4, forceIPv6: way.family === 6 } : {};

async function openCarrier({ way, host, port }: SshSettings, hops: string[]): Promise<Carrier | undefined> {
  if (way.kind === 'direct') return undefined;
  if (way.kind === 'program') return startProxy(way.argv);
  const hop = await connectHop(way.hops, hops);
  try {
    return { stream: await hop.forward(host, port), close: () => void hop.close() };
  } catch (error) {
    await hop.close();
    throw error;
  }
}

/** Connects to the last hop through those before it; the first one is reached as its own configuration says. */
async function connectHop(jumps: [string, ...string[]], hops: string[]): Promise<Connection> {
  const last = jumps.at(-1)!;
  const [first, ...more] = jumps.slice(0, -1);
  if (hops.length >= MOST_HOPS) fail('node', `ProxyJump goes in circles: ${[...hops, last].join(', ')}`);
  const settings = await hopSettings(last);
  return connect(first ? { ...settings, way: { kind: 'jumps', hops: [first, ...more] } } : settings, [
    ...hops,
    last,
  ]);
}

/** Shows one key after another, as long as the server takes keys. */
function showKeys(attempt: Attempt): AuthHandlerMiddleware {
  const left = [...attempt.identities.usable];
  return (methods: string[] | null, isPartial, next) => {
    attempt.methods = methods ?? undefined;
    attempt.isPartial = isPartial;
    const identity = !isPartial && (methods?.includes('publickey') ?? true) ? left.shift() : undefined;
    if (identity) attempt.tried.push(identity.label);
    // ssh2 takes `false` for an end, and its types don't say so.
    next(identity?.method ?? (false as never));
  };
}
