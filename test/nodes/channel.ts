/** A channel to a program that is played by the test. */
import type { Channel } from '../../src/nodes/node.js';

/** What the program does when it is written to. */
export type Play = (text: string, channel: FakeChannel) => void;

export class FakeChannel implements Channel {
  readonly written: string[] = [];
  ended = false;
  private readonly listeners: ((chunk: string) => void)[] = [];
  private readonly errorListeners: ((chunk: string) => void)[] = [];
  private resolveClosed: (code: number) => void = () => undefined;
  readonly closed = new Promise<number>((resolve) => (this.resolveClosed = resolve));

  constructor(public play: Play = () => undefined) {}

  write(text: string): void {
    this.written.push(text);
    this.play(text, this);
  }

  end(): void {
    this.ended = true;
  }

  kill(): void {
    this.die(128 + 9);
  }

  onStdout(listen: (chunk: string) => void): void {
    this.listeners.push(listen);
  }

  onStderr(listen: (chunk: string) => void): void {
    this.errorListeners.push(listen);
  }

  /** The program prints. */
  say(...chunks: string[]): void {
    for (const chunk of chunks) for (const listen of this.listeners) listen(chunk);
  }

  complain(chunk: string): void {
    for (const listen of this.errorListeners) listen(chunk);
  }

  /** The program ends. */
  die(code: number): void {
    this.resolveClosed(code);
  }
}
