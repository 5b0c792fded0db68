/** One view per block: its element, and how it follows what the block becomes. */
import type { Block, Details, Formula, Html, Item, List, Quote, Row } from "../blocks/block";
import { isBlank } from "../blanks";
import { cellsOf } from "../blocks/tables";
import type { Hooks } from "../hooks";
import type { References } from "../references";
import { CodeView } from "./code";
import { Leaf } from "./leaf";
import { LongText } from "./longText";
import type { Outline } from "./outline";
import { create } from "./patch";
import { TableView } from "./table";
import { type Attrs, type VNode, h } from "./tree";
import { Verbatim } from "./verbatim";
import { SummaryView, WordsView } from "./words";

export interface View {
  readonly element: HTMLElement;
  draw(): void;
}

/** What the views of one text share. */
export interface Shared {
  readonly references: References;
  readonly outline: Outline;
  readonly hooks: Hooks;
}

export function viewOf(block: Block, shared: Shared): View {
  switch (block.kind) {
    case "words":
      return new WordsView(block, shared);
    case "summary":
      return new SummaryView(block, shared);
    case "row":
      return new RowView(block, shared);
    case "code":
      return new CodeView(block, shared.hooks);
    case "html":
      return new HtmlView(block);
    case "formula":
      return new FormulaView(block);
    case "list":
      return still(list(block));
    case "details":
      return new DetailsView(block);
    case "quote":
      return still(quote(block));
    case "item":
      return still(item(block));
    case "note":
      return still(h("li"));
    case "table":
      return new TableView(block);
    default:
      return still(h("hr"));
  }
}

function still(node: VNode): View {
  return { element: element(node), draw: () => undefined };
}

function element(node: VNode): HTMLElement {
  return create(node) as HTMLElement;
}

function quote({ alert }: Quote): VNode {
  if (alert === null) return h("blockquote");
  const title = alert.charAt(0).toUpperCase() + alert.slice(1);
  return h("div", { class: "alert", "data-alert": alert }, [h("p", { class: "alert-title" }, [title])]);
}

function list({ start }: List): VNode {
  if (start === null) return h("ul");
  return h("ol", start === 1 ? {} : { start: String(start) });
}

function item({ task }: Item): VNode {
  if (task === null) return h("li");
  const state: Attrs = task ? { checked: "" } : {};
  const label = task ? "Done" : "To do";
  const box = { type: "checkbox", disabled: "", "aria-label": label, ...state };
  return h("li", { class: "task" }, [h("input", box)]);
}

class DetailsView implements View {
  readonly element = element(h("details"));

  constructor(readonly block: Details) {}

  /** Without its end tag it would hide the rest of the text. */
  draw(): void {
    const { block, element } = this;
    const { dir } = element;
    // Whenever that was found, it stands behind: the same attributes are in the same order.
    element.removeAttribute("dir");
    element.toggleAttribute("open", !block.open && !block.closed);
    if (dir !== "") element.dir = dir;
  }
}

class RowView implements View {
  readonly element = element(h("tr"));
  readonly #cells: readonly Leaf[];

  constructor(
    readonly block: Row,
    shared: Shared,
  ) {
    const aligns = block.parent?.kind === "table" ? block.parent.aligns : [];
    this.#cells = aligns.map((align) => {
      const attrs: Attrs = align === null ? {} : { "data-align": align };
      const cell = block.index === 0 ? h("th", { ...attrs, scope: "col" }) : h("td", attrs);
      return new Leaf(this.element.appendChild(element(cell)), shared.references);
    });
  }

  draw(): void {
    const { text, open } = this.block;
    const cells = cellsOf(text);
    this.#cells.forEach((cell, at) => {
      cell.draw(cells[at] ?? "", open && at === cells.length - 1);
    });
  }
}

/** A line that is longer holds up the page: its characters stand in boxes as well. */
const LONGEST_LINE = 10_000;

/** Raw HTML is shown as it was written. */
class HtmlView implements View {
  readonly element = element(h("p", { class: "source" }));
  readonly #text = new Verbatim(this.element);
  #long: LongText | null = null;
  /** Lines that are complete, and not that long. */
  #short = 0;

  constructor(readonly block: Html) {}

  draw(): void {
    const { lines } = this.block;
    while (this.#short < lines.length - 1 && (lines[this.#short] ?? "").length <= LONGEST_LINE) this.#short++;
    if ((lines[this.#short] ?? "").length > LONGEST_LINE) this.#long ??= new LongText(this.element);
    if (this.#long === null) this.#text.draw(lines);
    else this.#long.draw(lines.join("\n"));
  }
}

/** Its source, which has the class of a formula once it is one: then others may draw it. */
class FormulaView implements View {
  readonly element = element(h("div", { class: "math-block", dir: "ltr", "data-scroller": "Formula" }));
  readonly #code = element(h("code", { class: "source", translate: "no" }));
  #text = new Verbatim(this.#code);

  constructor(readonly block: Formula) {
    this.element.append(this.#code);
  }

  draw(): void {
    const { lines, closed } = this.block;
    const from = isBlank(lines[0] ?? "") ? 1 : 0;
    const to = closed && isBlank(lines.at(-1) ?? "") ? -1 : undefined;
    if (closed) this.#close();
    this.#text.draw(lines.slice(from, to));
  }

  /** Its closer, or a part of it, may have been shown. */
  #close(): void {
    this.#code.replaceChildren();
    this.#code.className = "math";
    this.#text = new Verbatim(this.#code);
  }
}
