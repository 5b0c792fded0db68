/**
 * Footnotes: collected at the end of the text, numbered in the order they are referred to.
 *
 * One that nobody refers to comes after the others, for no word may be lost.
 */
import { normalisedLabel } from "../inline/targets";
import { create } from "./patch";
import { h } from "./tree";

export class Notes {
  readonly #target: Element;
  #list: Element | null = null;
  readonly #items = new Map<string, Element>();
  readonly #all: Element[] = [];
  /** There is a new one. */
  changed = false;

  constructor(target: Element) {
    this.#target = target;
  }

  add(label: string, item: HTMLElement): void {
    this.#list ??= this.#begin();
    const key = normalisedLabel(label);
    if (!this.#items.has(key)) this.#items.set(key, item);
    this.#all.push(item);
    this.#list.append(item);
    this.changed = true;
  }

  /** Number the notes and what refers to them. */
  number(): void {
    this.changed = false;
    if (this.#list === null) return;
    const order = this.#order();
    order.forEach((item, at) => {
      const current = this.#list?.children[at];
      if (current !== undefined && current !== item) current.before(item);
    });
    const numbers = new Map(order.map((item, at) => [item, String(at + 1)]));
    for (const mark of marksIn(this.#target)) {
      const item = this.#items.get(keyOf(mark));
      const number = (item && numbers.get(item)) ?? "";
      if (mark.textContent === number) continue;
      mark.textContent = number;
      mark.setAttribute("aria-label", `Footnote ${number}`);
    }
  }

  #begin(): Element {
    const section = h("section", { class: "notes", "aria-label": "Footnotes" }, [h("ol")]);
    const element = this.#target.appendChild(create(section) as Element);
    return element.firstElementChild ?? element;
  }

  /** Those the text refers to, then those these refer to, then the others. */
  #order(): readonly Element[] {
    const order = new Set<Element>();
    const follow = (parent: Element): void => {
      for (const mark of marksIn(parent)) {
        const item = this.#items.get(keyOf(mark));
        if (item !== undefined) order.add(item);
      }
    };
    for (const section of this.#target.children) if (!section.matches(".notes")) follow(section);
    for (const item of order) follow(item);
    for (const item of this.#all) order.add(item);
    return [...order];
  }
}

function marksIn(element: Element): Iterable<HTMLElement> {
  return element.querySelectorAll<HTMLElement>("[data-note]");
}

function keyOf(mark: HTMLElement): string {
  return normalisedLabel(mark.dataset["note"] ?? "");
}
