/** What a terminal shows after what was written to it: text, new lines, CUU and ED, and lines that wrap. */

const CONTROL = /\u001b\[(\d+)A|\u001b\[J|\r|\n|[^\u001b\r\n]/g;

export class Screen {
  private readonly rows: string[] = [''];
  private row = 0;
  private column = 0;

  constructor(readonly columns: number) {}

  /** The visible rows, without the empty one that the cursor rests on. */
  get text(): string[] {
    return this.rows.slice(0, this.rows.at(-1) === '' ? -1 : undefined);
  }

  write(text: string): void {
    for (const [token, up] of text.matchAll(CONTROL)) {
      if (up !== undefined) this.row = Math.max(0, this.row - Number(up));
      else if (token === '\u001b[J') this.rows.splice(this.row, this.rows.length, '');
      else if (token === '\r') this.column = 0;
      else if (token === '\n') this.nextRow();
      else this.put(token);
    }
  }

  private put(character: string): void {
    if (this.column === this.columns) this.nextRow();
    const before = this.rows[this.row]!.slice(0, this.column);
    this.rows[this.row] = before + character + this.rows[this.row]!.slice(this.column + 1);
    this.column += 1;
  }

  private nextRow(): void {
    this.row += 1;
    this.column = 0;
    if (this.row === this.rows.length) this.rows.push('');
  }
}
