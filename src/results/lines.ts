/** A file of lines, read piece by piece: it may be larger than memory. */
import { createReadStream } from 'node:fs';

const NEWLINE = 10;
const PIECE = 1 << 20;

export interface Line {
  text: string;
  /** Bytes of the file up to and with this line. */
  end: number;
  /** Whether it is ended by a newline; only a file's last line may not be. */
  whole: boolean;
}

/** Every line of a file in UTF-8. */
export async function* linesOf(path: string): AsyncGenerator<Line> {
  let rest = Buffer.alloc(0);
  let read = 0;
  for await (const piece of createReadStream(path, { highWaterMark: PIECE })) {
    const data = Buffer.concat([rest, piece as Buffer]);
    let start = 0;
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, start)) {
      const text = data.toString('utf8', start, end);
      start = end + 1;
      yield { text, end: read + start, whole: true };
    }
    read += start;
    rest = data.subarray(start);
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), end: read + rest.length, whole: false };
}
