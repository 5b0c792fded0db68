/**
 * How much one paragraph, heading or cell may hold. Who says more without a blank line means harm, or
 * nothing: it is shown as it was written (longText.ts), and holds up nobody.
 */
import { MANY as MOST_CONTROLS, countControls } from "./controlCharacters";

const LONGEST = 200_000;
/** Each is dozens of elements, and all of a paragraph is laid out anew whenever some of them have been drawn. */
const MOST_FORMULAS = 500;

const DOLLAR = /\$/g;
const BRACKET = /\\[([]/g;

/** Of a text that grows. What counts is how it is written, not what it means, so pieces come to what the whole does. */
export class Measure {
  #length = 0;
  #controls = 0;
  #dollars = 0;
  #brackets = 0;

  /** Is this too much, which begins with all that was seen before? */
  exceededBy(text: string): boolean {
    const fresh = text.slice(this.#length);
    this.#controls += countControls(fresh);
    this.#dollars += count(fresh, DOLLAR);
    // Its backslash may have come before.
    this.#brackets += count(text.slice(Math.max(0, this.#length - 1)), BRACKET);
    this.#length = text.length;
    const formulas = this.#brackets + this.#dollars / 2;
    return this.#length > LONGEST || this.#controls > MOST_CONTROLS || formulas > MOST_FORMULAS;
  }
}

function count(text: string, mark: RegExp): number {
  return text.match(mark)?.length ?? 0;
}
