/**
 * A text that may come faster than it can be drawn: so much of it is put on the page at a time that the page
 * still answers. What people ask and models say comes whole; a file of a hundred thousand lines does not.
 */
import { GrowingText } from "./growing";
import type { Hooks } from "./hooks";

/** Characters are taken in such pieces … */
const PIECE = 8192;
/** … until there is work for a frame: more than a hundred kilobytes of an answer make. */
const AT_ONCE = 2_000_000;
const PER_CHARACTER = 10;
const PER_BLOCK = 150;

export class Portions {
  readonly #text: GrowingText;
  #waiting = "";
  /** No more will come; and that has been said to the text. */
  #ended = false;
  #closed = false;

  constructor(target: HTMLElement, hooks: Hooks) {
    this.#text = new GrowingText(target, hooks);
  }

  /** What was done so far, in characters read. */
  get spent(): number {
    return this.#text.spent;
  }

  push(text: string): void {
    this.#waiting += text;
  }

  end(): void {
    this.#ended = true;
  }

  /** Draw what fits into a frame. False: there is more, for the next one. */
  draw(): boolean {
    const text = this.#text;
    const most = text.spent + AT_ONCE;
    for (let work = 0; this.#waiting !== "" && work + text.undrawn * PER_BLOCK < AT_ONCE; work += PIECE * PER_CHARACTER) {
      text.push(this.#waiting.slice(0, PIECE));
      this.#waiting = this.#waiting.slice(PIECE);
    }
    if (this.#waiting === "" && this.#ended && !this.#closed) this.#close();
    const complete = text.draw(most);
    text.markEnd();
    return complete && this.#waiting === "";
  }

  #close(): void {
    this.#closed = true;
    this.#text.end();
  }
}
