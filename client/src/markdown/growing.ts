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
import type { Hooks } from "./hooks";
import { References } from "./references";

export class GrowingText {
  readonly #feed: Feed;
  readonly #drawing: Drawing;
  readonly #references: References;

  constructor(target: HTMLElement, hooks: Hooks = {}, extended = true) {
    this.#references = new References(extended);
    const machine = new Machine(this.#references, extended);
    this.#feed = new Feed(machine);
    this.#drawing = new Drawing(target, machine, this.#references, hooks);
  }

  push(text: string): void {
    this.#feed.push(text);
  }

  end(): void {
    this.#feed.end();
  }

  /** Bring the page up to date. */
  draw(): void {
    this.#drawing.draw();
    this.#drawing.drawHeld(this.#feed.held);
  }

  /** Characters that were looked at, by the two phases, each time they were. */
  get work(): { readonly blocks: number; readonly words: number } {
    return { blocks: this.#feed.read, words: this.#references.read };
  }
}
