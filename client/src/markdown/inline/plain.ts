/**
 * Words that mean nothing but themselves: up to the next character that may mean something, or address.
 *
 * Both are looked up once for all that stands before them: a text may hold thousands of addresses.
 */

const PLAIN = /[^\n`[\]\\!<&*_~$]+/y;
const ADDRESS = /https?:\/\/|www\./gi;

export class PlainWords {
  #end = 0;
  #address = -1;

  constructor(readonly text: string) {}

  /** Where the words end that begin here; there is at least one character of them. */
  end(start: number, atAddress: boolean): number {
    if (start >= this.#end) {
      PLAIN.lastIndex = start;
      this.#end = start + (PLAIN.exec(this.text)?.[0].length ?? 1);
    }
    return atAddress ? Math.min(this.#end, this.#nextAddress(start + 1)) : this.#end;
  }

  /** An address stands at the beginning of the words, or behind a blank or a mark. */
  addressMayBegin(at: number): boolean {
    return (
      /[hw]/i.test(this.text.charAt(at)) && (at === 0 || /[\s*_~(]/.test(this.text.charAt(at - 1)))
    );
  }

  #nextAddress(from: number): number {
    if (this.#address >= from) return this.#address;
    ADDRESS.lastIndex = from;
    let found = ADDRESS.exec(this.text);
    while (found !== null && !this.addressMayBegin(found.index)) found = ADDRESS.exec(this.text);
    this.#address = found?.index ?? Infinity;
    return this.#address;
  }
}
