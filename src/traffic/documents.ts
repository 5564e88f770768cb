/** Splits what iperf3 printed into its JSON documents. */

export interface Documents {
  /** Text of each whole document, in order. */
  whole: string[];
  /** Whether the text ends, or breaks off, inside a document. */
  cut: boolean;
}

/** iperf3 prints a document's outermost braces, and no others, alone on a line. */
const DOCUMENT = /^\{$[^]*?^\}$/gm;

/** Splits the output of one process, which may hold warnings and several documents or none. */
export function splitDocuments(text: string): Documents {
  return { whole: text.match(DOCUMENT) ?? [], cut: /^\{/m.test(text.replace(DOCUMENT, '')) };
}

/** Parses one document; `-nan`, which iperf3 prints for 0/0, becomes null. Undefined for what is not JSON. */
export function parseDocument(text: string): unknown {
  try {
    return JSON.parse(text.replace(/(:\s*)-?(?:nan|inf)\b/g, '$1null'));
  } catch {
    return undefined;
  }
}

/** Every `error` of a document: iperf3 up to 3.6 prints the key twice, the telling one first. */
export function documentErrors(text: string): string[] {
  return [...text.matchAll(/^\t"error":\s*("(?:[^"\\]|\\.)*")/gm)].map(
    (match) => JSON.parse(match[1]!) as string,
  );
}
