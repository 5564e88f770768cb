/** The samplers of all nodes as one: a pass reads them at one time, and is stamped by the first node's clock. */
import { nodeOf, onEachNode, pidOf, type ProcessId } from '../nodes/process.js';
import { mergePasses, type Pass } from './pass.js';
import { CLOCK_STEP, type NodeSampler, type Signal } from './sampler.js';

/** A file in /proc of one process. */
export interface ProcessFile {
  process: ProcessId;
  /** `net/dev`; it may be a pattern that a shell expands. */
  file: string;
}

/** What passes of a kind read: the lines of files that match an extended regular expression. */
export interface Reading {
  pattern: string;
  files: ProcessFile[];
  /** Files that are read on every node, by path. */
  everywhere?: string[];
}

/** How far a node's clock is ahead of the first node's, as seen over the control path, in seconds. */
export interface ClockOffset {
  offset: number;
  /** Half of what the asking took, and the clocks' steps. */
  error: number;
}

/** The shortest of so many exchanges tells a clock's offset. */
const CLOCK_TRIES = 3;

export class Sampler {
  /** Nodes that a kind's files are on. */
  private readonly readers = new Map<string, NodeSampler[]>();
  private offsets: ClockOffset[] = [];

  /** In the order of the nodes. */
  constructor(private readonly nodes: [NodeSampler, ...NodeSampler[]]) {}

  /** How the samplers were kept from starving, in words. */
  get priority(): string {
    return [...new Set(this.nodes.map(({ priority }) => priority))].join('; ');
  }

  async begin(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.begin()));
    await this.synchronize();
  }

  /** Tells what passes of a kind read. */
  async define(kind: string, { pattern, files, everywhere = [] }: Reading): Promise<void> {
    const pathsOn = (node: number): string[] =>
      files
        .filter(({ process }) => nodeOf(process) === node)
        .map(({ process, file }) => `/proc/${pidOf(process)}/${file}`);
    const readers = this.nodes.map((sampler, node) => ({
      sampler,
      paths: [...pathsOn(node), ...everywhere],
    }));
    const busy = readers.filter(({ paths }) => paths.length > 0);
    await Promise.all(busy.map(({ sampler, paths }) => sampler.define(kind, pattern, paths)));
    this.readers.set(
      kind,
      busy.map(({ sampler }) => sampler),
    );
  }

  /** Makes one pass on all nodes that have files of its kind. Errors: as of one sampler's. */
  async pass(kind: string): Promise<Pass> {
    const [first = this.nodes[0], ...others] = this.readers.get(kind) ?? [];
    const passes = await Promise.all([first, ...others].map((node) => node.pass(kind)));
    const merged = mergePasses(passes as [Pass, ...Pass[]]);
    const node = this.nodes.indexOf(first);
    return { ...merged, begin: this.translate(node, merged.begin), end: this.translate(node, merged.end) };
  }

  /** Seconds since boot of the first node. */
  async now(): Promise<number> {
    return (await this.nodes[0].pass('clock')).end;
  }

  /** A moment by a node's own clock, by the first node's. */
  translate(node: number, moment: number): number {
    return moment - (this.offsets[node]?.offset ?? 0);
  }

  /**
   * Sends a signal to processes, on all nodes at one time; those that are gone already don't matter. Resolves to the
   * moment just before on each node that has some, by the first node's clock.
   */
  async signal(name: Signal, processes: ProcessId[]): Promise<Map<number, number>> {
    const moments = await onEachNode(processes, nodeOf, async (node, here) => {
      const moment = await this.nodes[node]!.signal(name, here.map(pidOf));
      return [[node, this.translate(node, moment)] as const];
    });
    return new Map(moments);
  }

  /** CPU seconds that each node's sampler, and what it started, have taken so far. */
  cpuSeconds(): Promise<number[]> {
    return Promise.all(this.nodes.map((node) => node.cpuSeconds()));
  }

  /** Compares the nodes' clocks anew; in the order of the nodes. */
  async synchronize(): Promise<ClockOffset[]> {
    if (this.nodes.length === 1) return (this.offsets = [{ offset: 0, error: 0 }]);
    const readings = await Promise.all(this.nodes.map(readClock));
    const [reference] = readings as [ClockOffset, ...ClockOffset[]];
    this.offsets = readings.map(({ offset, error }, node) =>
      node === 0
        ? { offset: 0, error: 0 }
        : { offset: offset - reference.offset, error: error + reference.error },
    );
    return this.offsets;
  }
}

/** A node's clock against this process's. */
async function readClock(sampler: NodeSampler): Promise<ClockOffset> {
  const readings: ClockOffset[] = [];
  for (let tries = 0; tries < CLOCK_TRIES; tries++) {
    const asked = performance.now() / 1000;
    const { begin } = await sampler.pass('clock');
    const answered = performance.now() / 1000;
    const error = (answered - asked + CLOCK_STEP) / 2;
    readings.push({ offset: begin + CLOCK_STEP / 2 - (asked + answered) / 2, error });
  }
  return readings.reduce((best, reading) => (reading.error < best.error ? reading : best));
}
