/** A report as blocks of plain text, tables and charts: said once, rendered as Markdown and as HTML. */
import type { TopLevelSpec } from 'vega-lite';

export interface Document {
  title: string;
  /** The line under the title: what was asked, when. */
  lead: string;
  /** Shown loudly if the nodes were emulated. */
  emulated: boolean;
  sections: Section[];
}

export interface Section {
  title: string;
  blocks: Block[];
}

export type Block =
  | { kind: 'text'; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'table'; table: Table }
  | { kind: 'chart'; chart: Chart };

export interface Table {
  /** What the rows are, with units where all columns share them. */
  caption: string;
  columns: { title: string; numeric?: boolean }[];
  rows: Entry[][];
}

/** A table's cell: the text shown, what it sorts by where that differs, and how a verdict is coloured. */
export interface Entry {
  text: string;
  value?: number;
  tone?: Tone;
}

export type Tone = 'good' | 'bad' | 'open';

export interface Chart {
  /** Base name of its files: `local-tcp-throughput`. */
  id: string;
  title: string;
  /** What its bars and points are, with n. */
  subtitle: string;
  /** How to read it, below the picture. */
  caption: string;
  spec: TopLevelSpec;
}

/** Every chart of a document, in order. */
export function chartsOf(document: Document): Chart[] {
  return document.sections.flatMap((section) =>
    section.blocks.flatMap((block) => (block.kind === 'chart' ? [block.chart] : [])),
  );
}
