/** One node's sampler: one request at a time to sampler.sh over one channel. */
import { readFileSync } from 'node:fs';
import { fail } from '../failures.js';
import { WAY_LOST } from '../nodes/node.js';
import { parseColumns, parsePass, type Columns, type Pass } from './pass.js';

export const SAMPLER_SCRIPT = readFileSync(new URL('./sampler.sh', import.meta.url), 'utf8');

/** Step of /proc/uptime, which stamps the passes, in seconds. */
export const CLOCK_STEP = 0.01;

export type Signal = 'STOP' | 'CONT' | 'TERM' | 'KILL';

/** What the sampler needs of the channel it runs behind. */
export interface SamplerChannel {
  write(text: string): void;
  end(): void;
  onStdout(listen: (chunk: string) => void): void;
  readonly closed: Promise<number>;
}

const ANSWER_TIMEOUT_MS = 20_000;
const END = '@end\n';

export class NodeSampler {
  /** How it was kept from starving, in words. */
  priority = 'unknown';
  private buffer = '';
  private columns: Columns = {};
  private answer: ((text: string | undefined) => void) | undefined;
  private closed = false;
  private wayLost = false;

  /** `node` is the index of its node, by which processes of different nodes are told apart. */
  constructor(
    private readonly channel: SamplerChannel,
    private readonly node = 0,
  ) {
    channel.onStdout((chunk) => {
      this.buffer += chunk;
      if (this.buffer.endsWith(END)) this.answer?.(this.take());
    });
    void channel.closed.then((code) => {
      this.wayLost = code === WAY_LOST;
      this.giveUp();
    });
  }

  /** From here on it answers nothing: what a silent sampler says late would be taken for the answer to another request. */
  private giveUp(): void {
    this.closed = true;
    this.answer?.(undefined);
  }

  private take(): string {
    const text = this.buffer.slice(0, -END.length);
    this.buffer = '';
    return text;
  }

  /** Learns the sampler's priority and this kernel's counter names. */
  async begin(): Promise<void> {
    await this.define('columns', '^(Ip|Udp|Tcp|TcpExt|IpExt):.[A-Z]', [
      '/proc/1/net/snmp',
      '/proc/1/net/netstat',
    ]);
    this.columns = parseColumns(await this.request('pass columns'));
    await this.define('clock', '^$', []);
  }

  /** Tells what passes of a kind read: the lines of `files` that match the extended regular expression, which has no blank. */
  async define(kind: string, pattern: string, files: string[]): Promise<void> {
    if (/\s/.test(pattern)) throw new Error(`a blank ends the pattern ${pattern}`);
    const text = await this.request(`files ${kind} ${pattern} ${files.join(' ')}`);
    this.priority = /^priority (.+)$/m.exec(text)?.[1] ?? this.priority;
  }

  /** Makes one pass. Errors: `testbed-lost` if the sampler is gone or silent, `connection-lost` if the way to it is, `sampling` if the pass is incomplete. */
  async pass(kind: string): Promise<Pass> {
    return parsePass(await this.request(`pass ${kind}`), this.columns, this.node);
  }

  /** Sends a signal to processes. Resolves to the moment just before. Errors: as of a pass. */
  async signal(name: Signal, pids: number[]): Promise<number> {
    const text = await this.request(`signal ${name} ${pids.join(' ')}`);
    const moment = /^at ([\d.]+)$/m.exec(text)?.[1];
    return moment === undefined
      ? fail('sampling', `the sampler told no time when it sent ${name}`, text)
      : Number(moment);
  }

  /** CPU seconds that the sampler and what it started have taken so far. */
  async cpuSeconds(): Promise<number> {
    const text = await this.request('times');
    return [...text.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
      (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
      0,
    );
  }

  private async request(line: string): Promise<string> {
    this.buffer = '';
    const answer = new Promise<string | undefined>((resolve) => {
      const timer = setTimeout(() => this.giveUp(), ANSWER_TIMEOUT_MS);
      this.answer = (text) => {
        clearTimeout(timer);
        resolve(text);
      };
      if (this.closed) this.answer(undefined);
    });
    this.channel.write(`${line}\n`);
    return (await answer) ?? this.mourn(line);
  }

  private mourn(request: string): never {
    const message = `the testbed's sampler did not answer \`${request.slice(0, 40)}\``;
    return fail(this.wayLost ? 'connection-lost' : 'testbed-lost', message, this.buffer.slice(-500));
  }

  end(): void {
    this.channel.end();
  }
}
