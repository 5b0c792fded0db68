/** Where in a text a closer stands next. One that was sought in vain is not sought again: that would be quadratic. */
export class Closers {
  readonly #missing = new Set<string>();

  constructor(readonly text: string) {}

  /** The first place of the closer from `from` on, or -1. Places that are asked for only grow. */
  find(closer: string, from: number): number {
    if (this.#missing.has(closer)) return -1;
    const at = this.text.indexOf(closer, from);
    if (at < 0) this.#missing.add(closer);
    return at;
  }
}
