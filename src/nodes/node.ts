/** Where commands run. Only this folder knows how a process is started, here or on another machine. */

/** How a command ended. A command that could not be started has code 127, one that was killed 128 + signal. */
export interface ExecResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** What a channel's `closed` resolves to if the way to the machine was lost: what became of the program is not known. */
export const WAY_LOST = 255;

export interface ExecOptions {
  input?: string;
  /** Seconds until it is killed; default 30. */
  timeout?: number;
}

/** A running program with its streams, for the testbed's channels. */
export interface Channel {
  write(text: string): void;
  /** Ends the program's standard input. */
  end(): void;
  onStdout(listen: (chunk: string) => void): void;
  onStderr(listen: (chunk: string) => void): void;
  /** Resolves when the program has ended; never rejects. */
  readonly closed: Promise<number>;
  /** Kills the program at once. */
  kill(): void;
}

/**
 * A Linux machine. Commands are argv arrays; no shell parses them on the way.
 * Errors: `connection-lost` where the way to the machine broke; the next command tries to open it again.
 */
export interface Node {
  /** `local`, or the name the user gave. */
  readonly name: string;
  /** Whether the way to it may be lost while it lives on. */
  readonly remote: boolean;
  exec(argv: string[], options?: ExecOptions): Promise<ExecResult>;
  /** Starts a long-lived program in a session of its own. */
  spawn(argv: string[]): Channel;
  /** Closes the way to the machine; programs whose standard input it was end by themselves. */
  close(): Promise<void>;
}
