/** An open connection to an OpenSSH server. */
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, ClientChannel } from 'ssh2';
import { BenchError, type Failure } from '../../failures.js';
import type { Carrier } from './proxy.js';

/** Milliseconds for a farewell. */
const FAREWELL = 1000;
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
