/** Blocks that are nothing but words: paragraphs and headings, and the summaries of details. */
import { Item, List, type Summary, type Words } from "../blocks/block";
import { Leaf } from "./leaf";
import { create } from "./patch";
import { keepSelection } from "./selected";
import { type VNode, h } from "./tree";
import type { Shared, View } from "./views";

type Shape = "heading" | "p" | "span";

/** A paragraph, or what it turns out to be: a heading, or a paragraph of a list that is no longer tight. */
export class WordsView implements View {
  element: HTMLElement;
  readonly #leaf: Leaf;
  #shape: Shape;
  #cuts: number;

  constructor(
    readonly block: Words,
    readonly shared: Shared,
  ) {
    this.#shape = shapeOf(block);
    this.#cuts = block.cuts;
    this.element = create(this.#frame()) as HTMLElement;
    this.#leaf = new Leaf(this.element, shared.references);
  }

  draw(): void {
    const { block } = this;
    if (shapeOf(block) !== this.#shape) keepSelection(this.element, () => this.#reshape());
    if (block.cuts !== this.#cuts) this.#leaf.startOver(block.text);
    this.#cuts = block.cuts;
    this.#leaf.draw(block.text, block.open);
  }

  #frame(): VNode {
    if (this.#shape !== "heading") return h(this.#shape);
    const { level } = this.block;
    return h(`h${String(this.shared.outline.next(level))}`, { "data-level": String(level) });
  }

  #reshape(): Element {
    this.#shape = shapeOf(this.block);
    const element = create(this.#frame()) as HTMLElement;
    if (this.element.dir !== "") element.dir = this.element.dir;
    element.append(...this.element.childNodes);
    this.element.replaceWith(element);
    this.element = this.#leaf.element = element;
    return element;
  }
}

/** Words of a tight list are no paragraph: who copied them would get an empty line behind each. */
function shapeOf({ level, parent }: Words): Shape {
  if (level > 0) return "heading";
  const list = parent instanceof Item ? parent.parent : null;
  return list instanceof List && !list.loose ? "span" : "p";
}

export class SummaryView implements View {
  readonly element = create(h("summary")) as HTMLElement;
  readonly #leaf: Leaf;

  constructor(
    readonly block: Summary,
    shared: Shared,
  ) {
    this.#leaf = new Leaf(this.element, shared.references);
  }

  draw(): void {
    this.#leaf.draw(this.block.text, this.block.open);
  }
}
