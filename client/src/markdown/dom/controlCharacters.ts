/**
 * Characters that turn the direction of the text around them, and can make it read as what it is not.
 *
 * Each is kept, so that what is copied is what was written, but stands in a box that says its name
 * and that its power does not leave.
 */
import { type VNode, h } from "./tree";

const CONTROL = /[\u202A-\u202E\u2066-\u2069]/;

/** The text, with such characters in boxes: one for each, or for all that stand together. */
export function visible(text: string, together = false): VNode[] {
  if (!CONTROL.test(text)) return [text];
  return text
    .split(together ? /([\u202A-\u202E\u2066-\u2069]+)/ : /([\u202A-\u202E\u2066-\u2069])/)
    .filter((part) => part !== "")
    .map((part) => (CONTROL.test(part) ? box(part) : part));
}

/** So many of them in one text are boxed. Who needs more wants to hold up the page. */
export const MANY = 1000;

export function countControls(text: string): number {
  return CONTROL.test(text) ? text.split(CONTROL).length - 1 : 0;
}

/** The same for a text in parts: those after so many are shown as characters that nobody knows. */
export class ControlBoxes {
  constructor(public left = MANY) {}

  visible(text: string): VNode[] {
    return visible(text).map((part) =>
      typeof part === "string" || this.left-- > 0 ? part : "\uFFFD",
    );
  }
}

function box(characters: string): VNode {
  const name = [...new Set(characters)].map(nameOf).join(" ");
  return h("span", { class: "control-character", "data-name": name }, [characters]);
}

function nameOf(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
