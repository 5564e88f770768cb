/** A machine reached by SSH. Nothing is installed on it, and nothing of a user's file is ever read by a shell there. */
import pLimit from 'p-limit';
import { BenchError, fail, type Failure } from '../../failures.js';
import type { Channel, ExecOptions, ExecResult, Node } from '../node.js';
import type { NodeSpec } from '../nodesFile.js';
import { connect } from './connect.js';
import type { Connection } from './connection.js';
import { RemoteProgram, type Host } from './program.js';
import { settingsOf, type SshSettings } from './settings.js';
import { remoteCommand } from './words.js';

/** Commands at a time. With the long-lived programs and a kill they stay below the 10 channels that sshd allows. */
const COMMANDS = 4;

/**
 * Connects to a node and proves that it runs commands. Errors: `node` if it can't be reached or trusted or lets
 * nobody in, `tool-missing` without an SSH client, `privilege` if `sudo -n` is refused.
 */
export async function openSshNode(spec: NodeSpec): Promise<SshNode> {
  const node = new SshNode(spec, await settingsOf(spec));
  try {
    await node.exec(['true']);
    return node;
  } catch (error) {
    await node.close();
    if (!(error instanceof BenchError) || error.failure.reason !== 'connection-lost') throw error;
    throw new BenchError({ ...error.failure, reason: 'node' });
  }
}

export class SshNode implements Node {
  readonly name: string;
  readonly remote = true;
  private readonly command: string;
  private readonly commands = pLimit(COMMANDS);
  private readonly kills = pLimit(1);
  private connection: Promise<Connection> | undefined;
  private isClosed = false;

  private readonly host: Host = {
    open: async () => (await this.connected()).exec(this.command),
    killGroup: (group) => this.kills(() => this.killGroup(group)),
    notBegun: (output) => this.notBegun(output),
    lost: () => ({ reason: 'connection-lost', message: `the connection to ${this.name} was lost` }),
  };

  constructor(
    private readonly spec: NodeSpec,
    private readonly settings: SshSettings,
  ) {
    this.name = spec.name;
    this.command = remoteCommand(spec);
  }

  exec(argv: string[], options: ExecOptions = {}): Promise<ExecResult> {
    return this.commands(() => this.run(argv, options));
  }

  spawn(argv: string[]): Channel {
    return new RemoteProgram(argv, this.host);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const connection = await this.connection?.catch(() => undefined);
    await connection?.close();
  }

  private async run(argv: string[], { input = '', timeout = 30 }: ExecOptions): Promise<ExecResult> {
    const program = new RemoteProgram(argv, this.host);
    let stdout = '';
    let stderr = '';
    program.onStdout((chunk) => (stdout += chunk));
    program.onStderr((chunk) => (stderr += chunk));
    if (input) program.write(input);
    program.end();
    const timer = setTimeout(() => program.kill(), timeout * 1000);
    try {
      return { code: await program.ended, stdout, stderr };
    } finally {
      clearTimeout(timer);
    }
  }

  /** The connection; opened if there is none, or none any more. */
  private connected(): Promise<Connection> {
    if (this.isClosed) fail('connection-lost', `the connection to ${this.name} is closed`);
    this.connection ??= this.open();
    return this.connection;
  }

  private open(): Promise<Connection> {
    const opening = connect(this.settings);
    const forget = (): void => {
      if (this.connection === opening) this.connection = undefined;
    };
    opening.then(({ lost }) => lost.then(forget), forget);
    return opening;
  }

  private async killGroup(group: number): Promise<void> {
    await this.run(['sh', '-c', 'kill -s KILL -- "-$1"', 'sh', String(group)], {});
  }

  private notBegun(output: string): Failure {
    const { name, settings, spec } = this;
    const way = spec.sudo
      ? `commands on ${name} become root by \`sudo -n\`, which was refused: allow ${settings.user} NOPASSWD in its sudoers`
      : `${name} runs no commands for ${settings.user}`;
    return { reason: spec.sudo ? 'privilege' : 'node', message: way, detail: output };
  }
}
