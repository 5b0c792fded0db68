/**
 * A table: a box of its own that scrolls, and the buttons that copy it.
 *
 * While it grows its columns keep their width: a browser lays them out anew with every word, and what
 * is being read would move. They are measured again whenever there are twice as many rows, so all
 * measuring together is as much work as the table is long; and once more at its end.
 */
import type { Table } from "../blocks/block";
import { cellsOf } from "../blocks/tables";
import { create } from "./patch";
import { type VElement, h } from "./tree";

const FORMS = { markdown: "Markdown", csv: "CSV", tsv: "TSV" } as const;

function tool([form, name]: [string, string]): VElement {
  const label = `Copy table as ${name}`;
  // Its word is drawn, not written: who searches the page for it does not look for buttons.
  const words = { "data-word": name, "aria-label": label, title: label };
  return h("button", { type: "button", "data-action": "copy-table", "data-form": form, ...words });
}

const FRAME = h("div", { class: "table", "data-gc": "table" }, [
  h("div", { class: "table-box", "data-scroller": "Table" }, [h("table")]),
  h("div", { class: "table-tools" }, Object.entries(FORMS).map(tool)),
]);

/** What the tables on the page were made of. */
const tables = new WeakMap<Element, Table>();

export class TableView {
  readonly element = create(FRAME) as HTMLElement;
  readonly #table = this.element.querySelector("table") as HTMLTableElement;
  /** With so many rows it is measured next. */
  #next = 1;

  constructor(readonly block: Table) {
    tables.set(this.element, block);
  }

  draw(): void {
    if (!this.block.open && this.#table.className !== "") this.#release();
  }

  /** A row is complete, and on the page. */
  hold(): void {
    const rows = this.block.children.length;
    if (!this.block.open || rows < this.#next) return;
    while (this.#next <= rows) this.#next *= 2;
    this.#release();
    const columns = [...(this.#table.rows[0]?.cells ?? [])];
    const widths = columns.map((cell) => cell.getBoundingClientRect().width);
    const width = this.#table.getBoundingClientRect().width;
    // Nobody sees it.
    if (width === 0) return;
    // As attributes: of a style that was set otherwise Chromium leaves an empty one behind.
    columns.forEach((cell, at) => cell.setAttribute("style", `width: ${String(widths[at])}px`));
    this.#table.setAttribute("style", `width: ${String(width)}px`);
    this.#table.className = "held";
  }

  #release(): void {
    this.#table.removeAttribute("class");
    this.#table.removeAttribute("style");
    for (const cell of this.#table.rows[0]?.cells ?? []) cell.removeAttribute("style");
  }
}

/** A table as it may be written in Markdown; `element` is what it was drawn in. */
export function markdownOf(element: Element): string {
  const table = tables.get(element);
  if (table === undefined) return "";
  const rows = table.children.map((row) => {
    const cells = row.kind === "row" ? cellsOf(row.text) : [];
    return written(table.aligns.map((_, at) => (cells[at] ?? "").replaceAll("|", "\\|")));
  });
  const rule = written(table.aligns.map((align) => RULES[align ?? "none"]));
  return [rows[0], rule, ...rows.slice(1)].join("\n");
}

const RULES = { none: "---", left: ":---", center: ":---:", right: "---:" } as const;

function written(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
