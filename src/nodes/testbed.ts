/**
 * A private testbed: a shell as the first process of its own network, mount and PID namespaces (and user
 * namespace when not root), which runs the scripts that it is sent. When it ends, whatever the reason, the kernel
 * removes every process, device and namespace made in it; the machine's own network is not touched, but for `runOutside`.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BenchError, fail } from '../failures.js';
import { WAY_LOST, type Channel, type ExecResult, type Node } from './node.js';

const PRELUDE = readFileSync(new URL('./testbed.sh', import.meta.url), 'utf8');
const DEFAULT_TIMEOUT = 60;

export interface ScriptResult {
  code: number;
  /** Standard output and error, as they came. */
  output: string;
}

export class Testbed {
  private output = '';
  private stderr = '';
  private waiting: (() => void) | undefined;
  private ended = false;
  private wayLost = false;
  private queue: Promise<unknown> = Promise.resolve();
  /** No program's output can contain it by accident. */
  private readonly mark = `@${randomBytes(12).toString('hex')}`;

  private constructor(
    private readonly node: Node,
    private readonly rootless: boolean,
    private readonly shell: Channel,
  ) {
    shell.onStdout((chunk) => {
      this.output += chunk;
      this.waiting?.();
    });
    shell.onStderr((chunk) => (this.stderr += chunk));
    void shell.closed.then((code) => {
      this.ended = true;
      this.wayLost = code === WAY_LOST;
      this.waiting?.();
    });
  }

  /** Pid of the first process as the machine sees it. */
  outerPid = 0;

  /** Opens a testbed. Errors: `privilege` if the machine allows no such namespaces. */
  static async open(node: Node): Promise<Testbed> {
    const { stdout } = await node.exec(['id', '-u']);
    const rootless = stdout.trim() !== '0';
    const user = rootless ? ['--user', '--map-root-user'] : [];
    const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child'];
    const shell = node.spawn(['setpriv', '--pdeathsig', 'KILL', 'unshare', ...user, ...namespaces, 'sh']);
    const testbed = new Testbed(node, rootless, shell);
    await testbed.begin();
    return testbed;
  }

  private async begin(): Promise<void> {
    const result = await this.send(PRELUDE).catch((error: unknown) => {
      this.shell.kill();
      if (!(error instanceof BenchError)) throw error;
      return { code: 1, output: '' };
    });
    const pid = /^outer (\d+)$/m.exec(result.output)?.[1];
    if (result.code !== 0 || !pid) {
      fail(
        'privilege',
        'a private testbed needs network, mount and PID namespaces, and this machine refused them: `bench doctor` names the line that allows them',
        this.stderr + result.output,
      );
    }
    this.outerPid = Number(pid);
  }

  /** Runs a script in the testbed's node namespace; scripts run one after another. Errors: `testbed-lost`, `connection-lost`, `timeout`. */
  run(script: string, timeout = DEFAULT_TIMEOUT): Promise<ScriptResult> {
    return this.send(`{\n${script}\n} </dev/null 2>&1`, timeout);
  }

  private send(script: string, timeout = DEFAULT_TIMEOUT): Promise<ScriptResult> {
    const turn = this.queue.then(() => this.exchange(script, timeout));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async exchange(script: string, timeout: number): Promise<ScriptResult> {
    this.refuseEnded();
    this.output = '';
    this.shell.write(`${script}\nprintf '\\n%s %d\\n' ${this.mark} $?\n`);
    const deadline = Date.now() + timeout * 1000;
    for (;;) {
      const at = this.output.indexOf(`\n${this.mark} `);
      const line = at < 0 ? undefined : /^\S+ (\d+)\n/.exec(this.output.slice(at + 1))?.[1];
      if (line !== undefined) return { code: Number(line), output: this.output.slice(0, at) };
      if (this.ended) this.mourn('the testbed ended while it ran a script', this.stderr + this.output);
      if (Date.now() >= deadline) this.giveUp(timeout);
      await this.nextOutput(deadline - Date.now());
    }
  }

  private refuseEnded(): void {
    if (this.ended) this.mourn('the testbed has ended: its first process is gone', this.stderr);
  }

  private mourn(message: string, detail: string): never {
    if (this.wayLost) fail('connection-lost', `the way to ${this.node.name} was lost`, detail);
    return fail('testbed-lost', message, detail);
  }

  private giveUp(timeout: number): never {
    this.shell.kill();
    return fail(
      'timeout',
      `the testbed did not answer within ${timeout} s, so it was ended`,
      this.output.slice(-2000),
    );
  }

  private nextOutput(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, milliseconds));
      this.waiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /**
   * Runs a program beside the testbed: in the machine's own network, but with the names that namespaces have inside.
   * Errors: `testbed-lost`, `connection-lost`.
   */
  runOutside(argv: string[], input = ''): Promise<ExecResult> {
    this.refuseEnded();
    const enter = ['nsenter', '--target', String(this.outerPid), '--mount', '--'];
    return this.node.exec([...enter, ...argv], { input, timeout: DEFAULT_TIMEOUT });
  }

  /** Starts a long-lived program inside, in a session of its own. */
  spawn(argv: string[]): Channel {
    const user = this.rootless ? ['--user', '--preserve-credentials'] : [];
    const target = ['--target', String(this.outerPid), ...user, '--net', '--mount', '--pid'];
    return this.node.spawn(['nsenter', ...target, '--', ...argv]);
  }

  /** Whether the first process still lives. */
  get alive(): boolean {
    return !this.ended;
  }

  /** Ends the testbed and with it everything in it. */
  async close(): Promise<void> {
    this.shell.end();
    this.shell.kill();
    await this.shell.closed;
  }
}
