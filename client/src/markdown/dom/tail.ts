/**
 * Marks the element that the text ends in while more of it is to come, so that prose.css can draw the
 * dot behind the last character; after what is no text, the whole is marked.
 *
 * A rule with `:has()` and `:last-child` could find it too, but the browser would ask it again of every
 * element that is added: a tenth of the time it takes to draw an answer.
 */

const MARK = "data-tail";
/** What holds other blocks. */
const HOLDERS = ".section, ul, ol, li, blockquote, .alert, details";
/** What holds words. */
const WORDS = "p, li, li > span, [data-level], summary";

export class Tail {
  #marked: Element | null = null;

  constructor(readonly target: Element) {}

  /** The text has changed. */
  follow(open: boolean): void {
    const end = open ? this.#end() : null;
    if (end === this.#marked) return;
    this.#marked?.removeAttribute(MARK);
    end?.setAttribute(MARK, "");
    this.#marked = end;
  }

  #end(): Element | null {
    let end = this.target.lastElementChild;
    // Footnotes stand below the text that grows.
    if (end === null || end.matches(".notes")) return null;
    while (end.matches(HOLDERS) && end.lastElementChild?.matches("input") === false) end = end.lastElementChild;
    return end.matches(WORDS) ? end : this.target;
  }
}
