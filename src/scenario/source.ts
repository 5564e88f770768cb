/** The text of a file that people write: read as YAML, and searched for the place of a mistake. */
import { LineCounter, isMap, isNode, isSeq, parseDocument, type Document } from 'yaml';
import { fail, type FailureReason } from '../failures.js';
import { pathText, squiggle, type Mistake, type Span } from './mistakes.js';

export interface Source {
  /** What the text says, as plain values. */
  value: unknown;
  /** Refuses the file, showing every mistake where it is. */
  refuse: (mistakes: Mistake[]) => never;
}

/** What a file is called as a whole, and what its mistakes are a failure of. */
export interface Kind {
  whole: string;
  reason: FailureReason;
}

const SCENARIO: Kind = { whole: 'a scenario', reason: 'scenario' };

/** Reads YAML. Text that isn't YAML is refused. `name` is how the file is called in complaints. */
export function readSource(name: string, text: string, kind = SCENARIO): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const refuse = (mistakes: PlacedMistake[]): never => {
    const inOrder = mistakes.toSorted((a, b) => a.range[0] - b.range[0]);
    const shown = inOrder.map(({ problem, range: [from, to] }) => {
      const { line, col } = lines.linePos(from);
      return squiggle(`${name}:${line}:${col}`, problem, lineSpan(text, from, to));
    });
    const message = `${name} has ${shown.length === 1 ? 'a mistake' : 'mistakes'}:`;
    return fail(kind.reason, message, [...new Set(shown)].join('\n'));
  };
  if (document.errors.length > 0)
    refuse(document.errors.map(({ message, pos }) => ({ problem: message, range: pos })));
  return {
    value: valuesOf(document, (problem) => refuse([{ problem, range: [0, 0] }])),
    refuse: (mistakes) =>
      refuse(
        mistakes.map((mistake) => ({
          problem: complaint(mistake, kind.whole),
          range: rangeOf(document, mistake),
        })),
      ),
  };
}

/** Offsets into the text: the first character, and the first one behind. */
type Range = [number, number];

interface PlacedMistake {
  problem: string;
  range: Range;
}

/** The document's values; aliases that multiply without bounds are refused. */
function valuesOf(document: Document, refuse: (problem: string) => never): unknown {
  try {
    return document.toJS();
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const complaint = ({ path, problem }: Mistake, whole: string): string =>
  `${path.length === 0 ? whole : pathText(path)} ${problem}`;

/** Where a mistake is: its key or value, or the innermost thing around it that exists. */
function rangeOf(document: Document, { path, onKey }: Mistake): Range {
  let node: unknown = document.contents;
  let range = nodeRange(node);
  for (const [depth, key] of path.entries()) {
    const [keyNode, value] = childOf(node, key);
    if (keyNode && onKey && depth === path.length - 1) return nodeRange(keyNode) ?? [0, 0];
    range = nodeRange(value) ?? nodeRange(keyNode) ?? range;
    node = value;
  }
  return range ?? [0, 0];
}

/** The key node and value node of a mapping's key or a list's index; undefined where there is none. */
function childOf(node: unknown, key: PropertyKey): [unknown?, unknown?] {
  if (isSeq(node)) return [undefined, node.items[Number(key)]];
  const pair = isMap(node) && node.items.find((item) => String(item.key) === String(key));
  return pair ? [pair.key, pair.value] : [];
}

/** A node's own text; undefined if it has none, as an empty value. */
function nodeRange(node: unknown): Range | undefined {
  const range = isNode(node) ? node.range : undefined;
  return range && range[1] > range[0] ? [range[0], range[1]] : undefined;
}

/** The part of a range that lies on its first line. */
function lineSpan(text: string, from: number, to: number): Span {
  const start = text.slice(0, from).lastIndexOf('\n') + 1;
  const line = text.slice(start).split(/\r?\n/, 1)[0] ?? '';
  return { line, from: from - start, to: to - start };
}
