/**
 * Where the blocks of a text stand: in boxes of some dozens each.
 *
 * The browser skips the layout and the painting of boxes that are out of sight (`content-visibility`
 * in prose.css). Without them the work per frame grows with all that has been said.
 */
import { create } from "./patch";
import { h } from "./tree";

const BLOCKS_PER_SECTION = 32;

export class Sections {
  #section: Element | null = null;
  #number = -1;

  constructor(readonly target: Element) {}

  /** Only the newest block is ever taken back. */
  remove(element: Element): void {
    element.remove();
    if (this.#section === null || this.#section.hasChildNodes()) return;
    const before = this.#section.previousElementSibling;
    this.#section.remove();
    this.#section = before;
    this.#number = -1;
  }

  /** `index`: the how manieth block of the text this is. */
  append(element: Element, index: number): void {
    const number = Math.floor(index / BLOCKS_PER_SECTION);
    if (this.#section === null || number !== this.#number) {
      const section = create(h("div", { class: "section" })) as Element;
      if (this.#section === null) this.target.prepend(section);
      else this.#section.after(section);
      this.#section = section;
      this.#number = number;
    }
    this.#section.append(element);
  }
}
