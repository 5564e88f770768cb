/** Opens connections, strictly: to a known host, with a key, and no question asked. */
import ssh2, { type AuthHandlerMiddleware, type Client, type ConnectConfig } from 'ssh2';
import { BenchError, fail } from '../../failures.js';
import { Connection } from './connection.js';
import { explain, type Attempt } from './explain.js';
import { findIdentities, type Identities } from './identities.js';
import { startProxy, type Carrier } from './proxy.js';
import { hopSettings, type SshSettings } from './settings.js';
import { Trust } from './trust.js';

/** Milliseconds between questions whether the other side is there, and answers that may be missing in a row. */
const KEEPALIVE = { keepaliveInterval: 1000, keepaliveCountMax: 5 };
const MOST_HOPS = 8;

/**
 * Opens a connection; `hops` are those that it is on the way for. Errors: `connection-lost` if the host can't be
 * reached; `node` if it must not be trusted, or doesn't let the user in.
 */
export async function connect(settings: SshSettings, hops: string[] = []): Promise<Connection> {
  const attempt: Attempt = { settings, identities: await requireIdentities(settings), tried: [] };
  const trust = await Trust.of(settings);
  const carrier = await openCarrier(settings, hops);
  const client = new ssh2.Client();
  const connection = new Connection(client, settings.name, carrier);
  try {
    await handshake(client, {
      ...wire(settings, carrier),
      ...KEEPALIVE,
      username: settings.user,
      algorithms: { serverHostKey: trust.algorithms },
      hostVerifier: (key: Buffer) => (attempt.refusal = trust.refusal(key)) === undefined,
      authHandler: showKeys(attempt),
      readyTimeout: settings.connectTimeout * 1000,
    });
  } catch (error) {
    attempt.complaint = await carrier?.complaint?.();
    await connection.close();
    throw new BenchError(explain(error as Error, attempt));
  }
  client.setNoDelay(true);
  return connection;
}

async function requireIdentities(settings: SshSettings): Promise<Identities> {
  const identities = await findIdentities(settings);
  if (identities.usable.length > 0) return identities;
  const reasons = [...identities.unusable, ...identities.missing.map((file) => `${file} doesn't exist`)];
  const why = reasons.join('; ') || 'no agent runs, and no identity file is named';
  return fail('node', `there is no key to show to ${settings.name} as ${settings.user}: ${why}`);
}

function handshake(client: Client, config: ConnectConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('ready', resolve);
    client.once('close', () => reject(new Error('the server closed the connection')));
    client.on('error', (error) => {
      // After an error of the agent the next key is shown.
      if (error.level !== 'agent') reject(error);
    });
    client.connect(config);
  });
}

function wire({ host, port, way }: SshSettings, carrier: Carrier | undefined): ConnectConfig {
  if (carrier) return { sock: carrier.stream };
  const family = way.kind === 'direct' ? way.family : undefined;
  return { host, port, forceIPv4: family === 4, forceIPv6: family === 6 };
}

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

/** Connects to the last of some hosts through those before it; the first one is reached as its own configuration says. */
async function connectHop(way: [string, ...string[]], hops: string[]): Promise<Connection> {
  const last = way.at(-1)!;
  const [first, ...more] = way.slice(0, -1);
  if (hops.length >= MOST_HOPS) fail('node', `ProxyJump goes in circles: ${[...hops, last].join(', ')}`);
  const settings = await hopSettings(last);
  if (first) settings.way = { kind: 'jumps', hops: [first, ...more] };
  return connect(settings, [...hops, last]);
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
