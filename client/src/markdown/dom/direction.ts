/**
 * Which way a block reads: the way of its first letter.
 *
 * `dir="auto"` would say the same, but the browser looks through all that stands in such an element
 * whenever anything is put into it.
 */
import type { Block } from "../blocks/block";

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
/** A letter that stands further away decides nothing. */
const BLOCKS = 20;
const CHARACTERS = 500;

/** Null if it has no letter (yet). Code reads from the left, whatever it says, and does not count. */
export function directionOf(block: Block): "ltr" | "rtl" | null {
  const waiting: Block[] = [block];
  for (let looked = 0; looked < BLOCKS; looked++) {
    const next = waiting.pop();
    if (next === undefined) return null;
    if ("text" in next) {
      const letter = /\p{L}/u.exec(next.text.slice(0, CHARACTERS))?.[0];
      if (letter !== undefined) return RIGHT_TO_LEFT.test(letter) ? "rtl" : "ltr";
    }
    if ("children" in next) waiting.push(...next.children.slice(0, BLOCKS).reverse());
  }
  return null;
}
