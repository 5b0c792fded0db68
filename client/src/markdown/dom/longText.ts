/**
 * Words that nobody reads: so many in one paragraph that they are shown as they were written.
 *
 * They stand in boxes of some thousand characters, of which the browser lays out those that are seen.
 * A line of a million characters would hold it up for seconds, whatever it says.
 */
import { ControlBoxes } from "./controlCharacters";
import { create, patch } from "./patch";
import { type VNode, h, joinTexts } from "./tree";

const CHARACTERS_PER_BOX = 4096;
const CONTROLS_PER_BOX = 20;

export class LongText {
  /** Where the text of the newest box begins, and what is in it. */
  #start = 0;
  #box: Element;
  #shown: readonly VNode[] = [];

  constructor(element: Element) {
    this.#box = box();
    element.replaceChildren(this.#box);
  }

  /** The text is this now. It may only have grown. */
  draw(text: string): void {
    for (;;) {
      const end = endOfBox(text, this.#start);
      const controls = new ControlBoxes(CONTROLS_PER_BOX);
      const now = joinTexts(controls.visible(text.slice(this.#start, end)));
      patch(this.#box, this.#shown, now);
      this.#shown = now;
      if (end === text.length) return;
      this.#start = end;
      this.#shown = [];
      const next = box();
      this.#box.after(next);
      this.#box = next;
    }
  }
}

function box(): Element {
  return create(h("span", { class: "long" })) as Element;
}

/** No character is cut in two. */
function endOfBox(text: string, start: number): number {
  const end = Math.min(start + CHARACTERS_PER_BOX, text.length);
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last <= 0xdbff ? end + 1 : end;
}
