/** A program on a remote machine, with its streams. */
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { BenchError, type Failure } from '../../failures.js';
import { WAY_LOST, type Channel } from '../node.js';
import { Outlet } from './outlet.js';
import { encodeWords, GREETING } from './words.js';

const KILLED = 128 + constants.signals.SIGKILL;
/** Milliseconds in which a killed program's end is heard of. */
const GRACE = 1000;

/** What a program needs of the machine that it runs on. */
export interface Host {
  /** Opens a channel with the remote command of words.ts in it. */
  open: () => Promise<ClientChannel>;
  killGroup: (group: number) => Promise<void>;
  /** Why the remote command never began; `output` is what was said instead. */
  notBegun: (output: string) => Failure;
  lost: () => Failure;
}

export class RemoteProgram implements Channel {
  /** Its exit code. Errors: `connection-lost`, and those of opening a channel. */
  readonly ended: Promise<number>;
  readonly closed: Promise<number>;
  private readonly stdout = new Outlet();
  private readonly stderr = new Outlet();
  private readonly stream: Promise<ClientChannel>;
  /** What came before the greeting; undefined when that has come. */
  private noise: string | undefined = '';
  private complaint = '';
  private killed = false;
  private exitCode: number | undefined;
  private isOver = false;
  private tellGroup: (group: number) => void = () => undefined;
  private readonly group = new Promise<number>((resolve) => (this.tellGroup = resolve));

  constructor(
    argv: string[],
    private readonly host: Host,
  ) {
    this.stream = host.open();
    this.ended = this.stream.then((stream) => this.follow(stream, encodeWords(argv)));
    this.closed = this.ended.catch((error: unknown) => {
      this.stderr.say(error instanceof BenchError ? error.message : String(error));
      return WAY_LOST;
    });
  }

  write(text: string): void {
    this.onStream((stream) => stream.writable && stream.write(text));
  }

  end(): void {
    this.onStream((stream) => stream.end());
  }

  onStdout(listen: (chunk: string) => void): void {
    this.stdout.listen(listen);
  }

  onStderr(listen: (chunk: string) => void): void {
    this.stderr.listen(listen);
  }

  kill(): void {
    if (this.killed) return;
    this.killed = true;
    this.onStream((stream) => this.killOn(stream));
  }

  /** Does something as soon as the channel is open, in the order of calls; without a channel `ended` tells why. */
  private onStream(act: (stream: ClientChannel) => unknown): void {
    this.stream.then(act).catch(() => undefined);
  }

  private async follow(stream: ClientChannel, words: string): Promise<number> {
    // `close` tells all: an error of a channel is only that its program has ended.
    stream.on('error', () => undefined);
    stream.setEncoding('utf8').on('data', (text: string) => this.stdout.say(this.behindGreeting(text)));
    stream.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (this.noise !== undefined) this.complaint += text;
      this.stderr.say(text);
    });
    stream.on('exit', (code: number | null, signal?: string) => (this.exitCode = exitCode(code, signal)));
    const streamsClosed = Promise.all([closing(stream), closing(stream.stderr)]);
    stream.write(words);
    await streamsClosed;
    this.isOver = true;
    return this.judge();
  }

  private judge(): number {
    if (this.killed) return this.exitCode ?? KILLED;
    if (this.exitCode === undefined) throw new BenchError(this.host.lost());
    if (this.noise !== undefined) throw new BenchError(this.host.notBegun(this.noise + this.complaint));
    return this.exitCode;
  }

  /** What of standard output is the program's own. */
  private behindGreeting(text: string): string {
    if (this.noise === undefined) return text;
    this.noise += text;
    const greeting = GREETING.exec(this.noise);
    if (!greeting) return '';
    const own = this.noise.slice(greeting.index + greeting[0].length);
    this.noise = undefined;
    this.tellGroup(Number(greeting[1]));
    return own;
  }

  /** Others than the program may hold its streams open, so that their end is not waited for. */
  private async killOn(stream: ClientChannel): Promise<void> {
    const group = await within(GRACE, Promise.race([this.group, this.closed.then(() => undefined)]));
    if (group !== undefined && this.exitCode === undefined && !this.isOver) await this.host.killGroup(group);
    await within(GRACE, this.closed);
    stream.close();
  }
}

/** As a shell tells it: 128 + signal for a program that was killed. */
const exitCode = (code: number | null, signal = ''): number =>
  code ?? 128 + ((constants.signals as Record<string, number>)[signal] ?? 0);

const closing = (stream: NodeJS.EventEmitter): Promise<void> =>
  new Promise((resolve) => stream.once('close', () => resolve()));

/** What a promise gives, or undefined if that takes longer than so many milliseconds. */
const within = <Value>(milliseconds: number, promise: Promise<Value>): Promise<Value | undefined> =>
  Promise.race([promise, sleep(milliseconds, undefined, { ref: false })]);
