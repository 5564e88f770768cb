/** One stream of a program's output: kept until somebody listens. */
export class Outlet {
  private kept = '';
  private readonly listeners: ((text: string) => void)[] = [];

  say(text: string): void {
    if (text === '') return;
    if (this.listeners.length === 0) this.kept += text;
    for (const listen of this.listeners) listen(text);
  }

  listen(listener: (text: string) => void): void {
    this.listeners.push(listener);
    const { kept } = this;
    this.kept = '';
    if (kept) listener(kept);
  }
}
