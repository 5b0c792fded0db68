/**
 * A text that grows at its end, and its elements.
 *
 * feed.ts cuts it into lines, machine.ts makes blocks of them, drawing.ts puts them on the page: each
 * once, whatever the length of the text. The specification's algorithm is written out here rather than
 * taken from a library: none can go on where it stopped, and to read anew all that was said, for every
 * word, is what makes pages slow in long answers.
 */
import { Feed } from "./blocks/feed";
import { Machine } from "./blocks/machine";
import { Drawing } from "./dom/drawing";
import { made } from "./dom/patch";
import type { Hooks } from "./hooks";
import { References } from "./references";

/** To make a node, and to have it laid out, takes about as long as to read so many characters. */
const CHARACTERS_PER_NODE = 50;

export class GrowingText {
  readonly #machine: Machine;
  readonly #feed: Feed;
  readonly #drawing: Drawing;
  readonly #references: References;

  constructor(target: HTMLElement, hooks: Hooks = {}, extended = true) {
    this.#references = new References(extended);
    this.#machine = new Machine(this.#references, extended);
    this.#feed = new Feed(this.#machine);
    this.#drawing = new Drawing(target, this.#machine, this.#references, hooks);
  }

  push(text: string): void {
    this.#feed.push(text);
  }

  end(): void {
    this.#feed.end();
  }

  /**
   * Bring the page up to date. What was said about words that are there already (where a link leads) may
   * wait for another time, once `most` has been spent. False: it does.
   */
  draw(most = Infinity): boolean {
    const complete = this.#drawing.draw(() => this.spent < most);
    this.#drawing.drawHeld(this.#feed.held);
    return complete;
  }

  /** Show where more will come, as long as it may. */
  markEnd(): void {
    this.#drawing.markEnd();
  }

  /** Blocks that are not on the page as they are by now. */
  get undrawn(): number {
    return this.#machine.changed.size;
  }

  /** What was done so far, in characters read. */
  get spent(): number {
    return this.#feed.read + this.#references.read + made.nodes * CHARACTERS_PER_NODE;
  }

  /** Characters that were looked at, by the two phases, each time they were. */
  get work(): { readonly blocks: number; readonly words: number } {
    return { blocks: this.#feed.read, words: this.#references.read };
  }
}
