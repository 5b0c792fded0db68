/**
 * Which heading element a Markdown heading becomes.
 *
 * The page has its h1 and every turn its h2, so an answer starts at h3 whatever it begins with,
 * and goes down one step at a time: screen readers then find an outline without holes. How large
 * a heading looks is not decided here; it keeps the level its author wrote (`data-level`).
 */

const FIRST = 3;
const LAST = 6;

export class Outline {
  readonly #open: number[];

  constructor(open: readonly number[] = []) {
    this.#open = [...open];
  }

  /** The element level for the next heading, written at `level`. */
  next(level: number): number {
    while (this.#open.length > 0 && (this.#open.at(-1) ?? 0) >= level) this.#open.pop();
    this.#open.push(level);
    return Math.min(FIRST + this.#open.length - 1, LAST);
  }

  copy(): Outline {
    return new Outline(this.#open);
  }
}
