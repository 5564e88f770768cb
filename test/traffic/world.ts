/** A testbed and a sampler that are played by the test: programs get pids and send when the test says so. */
import { nodeOf } from '../../src/nodes/process.js';
import type { Testbed } from '../../src/nodes/testbed.js';
import { parsePass, type Pass } from '../../src/probes/pass.js';
import type { Reading, Sampler } from '../../src/probes/samplers.js';

/** Seconds between the moments at which neighbouring nodes get a signal. */
const AHEAD = 0.001;

export interface Started {
  name: string;
  netns: string;
  argv: string[];
  pid: number;
  /** Which try of this name it is, from 0. */
  tries: number;
}

export class World {
  /** All scripts, in order. */
  readonly scripts: string[] = [];
  readonly started: Started[] = [];
  /** `STOP 101`, in order. */
  readonly signals: string[] = [];
  /** What passes were told to read, in order. */
  readonly defined: Reading[] = [];
  /** What programs have printed, by name. */
  readonly outputs: Record<string, string> = {};
  /** Programs that are no more, by pid. */
  readonly ended = new Set<number>();
  /** The testbed's clock; every pass that reads counters takes `step` seconds. */
  clock = 100;
  step = 0.05;
  /** Seconds that a signal takes. */
  signalStep = 0;
  /** What a pass holds beside its stamps. */
  read: () => Partial<Pass> = () => ({});

  readonly testbed = {
    run: (script: string) => {
      this.scripts.push(script);
      return Promise.resolve({ code: 0, output: this.play(script) });
    },
  } as unknown as Testbed;

  readonly testbeds = [this.testbed];

  readonly sampler = {
    translate: (_node: number, moment: number) => moment,
    define: (_kind: string, reading: Reading) => Promise.resolve(void this.defined.push(reading)),
    now: () => Promise.resolve(this.clock),
    signal: (name: string, pids: number[]) => {
      this.signals.push(...pids.map((pid) => `${name} ${pid}`));
      const nodes = new Set(pids.map(nodeOf));
      const moments = new Map([...nodes].map((node) => [node, this.clock + node * AHEAD]));
      this.clock += this.signalStep;
      return Promise.resolve(moments);
    },
    pass: (kind: string) => {
      const begin = this.clock;
      if (kind !== 'states' && kind !== 'listening') this.clock += this.step;
      const stamped = {
        ...parsePass('/proc/uptime:1 1', {}),
        begin,
        end: this.clock,
        listening: this.listening(),
      };
      return Promise.resolve({
        ...stamped,
        ...(kind === 'states' ? { states: this.states() } : this.read()),
      });
    },
  } as unknown as Sampler;

  private play(script: string): string {
    const lines = script.split('\n').map((line) => this.start(line) ?? '');
    const grep = /^grep -aHs '' (.*) \|\| true$/.exec(script)?.[1];
    return (
      lines.join('') +
      (grep
        ? grep
            .split(' ')
            .map((file) => this.print(file))
            .join('')
        : '')
    );
  }

  /** Of programs that are there. */
  states(): Map<number, string> {
    const alive = this.started.filter(({ pid }) => !this.ended.has(pid));
    return new Map(alive.map(({ pid }) => [pid, 'S']));
  }

  /** Every program does, unless the test says otherwise. */
  private listening(): Pass['listening'] {
    return new Map(this.started.map(({ pid }) => [pid, new Set([5201])]));
  }

  private start(line: string): string | undefined {
    const [word, name = '', netns = '', ...argv] = line.split(' ');
    if (word !== 'start') return undefined;
    const pid = 101 + this.started.length;
    const tries = this.started.filter((other) => other.name === name).length;
    this.started.push({ name, netns, argv, pid, tries });
    return `${name} ${pid}\n`;
  }

  private print(file: string): string {
    const text = this.outputs[file.replace(/\.out$/, '')];
    return text === undefined
      ? ''
      : text
          .split('\n')
          .map((line) => `${file}:${line}\n`)
          .join('');
  }
}
