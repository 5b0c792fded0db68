/**
 * Lines that are shown as they are, appended as they come.
 *
 * They stand in boxes of a few lines each. The browser lays out a text node anew whenever it grows,
 * and a box anew whenever something in it does; so both stay small however long the code is.
 */
import { ControlBoxes } from "./controlCharacters";
import { create } from "./patch";
import { h, joinTexts } from "./tree";

const LINES_PER_BOX = 32;

export class Verbatim {
  /** Lines that were begun, and how much of the last one there is. */
  #lines = 0;
  #length = 0;
  #box: Element | null = null;
  readonly #controls = new ControlBoxes();

  constructor(readonly element: Element) {}

  /** Show the first `count` of the lines. Only the last of those that are there may have grown. */
  draw(lines: readonly string[], count = lines.length): void {
    let text = "";
    for (let at = Math.max(this.#lines - 1, 0); at < count; at++) {
      const line = lines[at] ?? "";
      if (at < this.#lines) text += line.slice(this.#length);
      else {
        if (at > 0) text += "\n";
        if (at % LINES_PER_BOX === 0) {
          this.#append(text);
          text = "";
          this.#box = this.element.appendChild(create(h("span", { class: "lines" })) as Element);
        }
        text += line;
        this.#lines = at + 1;
      }
      this.#length = line.length;
    }
    this.#append(text);
  }

  #append(text: string): void {
    const box = this.#box;
    if (text === "" || box === null) return;
    const [first = "", ...others] = joinTexts(this.#controls.visible(text));
    const last = box.lastChild;
    if (typeof first === "string" && last instanceof Text) last.appendData(first);
    else box.append(create(first));
    for (const part of others) box.append(create(part));
  }
}
