/**
 * What is copied when cells are selected: cells. As tabs between them for who reads text, and as a
 * table for who reads HTML – a plain one, for the browser's own would bring a dark page's colours along.
 */
import { written } from "./forms";
import { wordsOf } from "./reading";

export function copySelection(event: ClipboardEvent): void {
  const selection = getSelection();
  if (event.clipboardData === null || selection === null || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const around = elementOf(range.commonAncestorContainer).closest("tr, thead, tbody, table, [data-gc=table]");
  if (around === null || around.closest("[data-gc=table]") === null || isInCell(range)) return;
  const rows = cellsIn(around, range);
  if (rows.length === 0) return;
  event.clipboardData.setData("text/plain", written(rows, "tsv"));
  event.clipboardData.setData("text/html", asTable(rows).outerHTML);
  event.preventDefault();
}

function elementOf(node: Node): Element {
  return node instanceof Element ? node : (node.parentElement ?? document.body);
}

function isInCell(range: Range): boolean {
  return elementOf(range.commonAncestorContainer).closest("th, td") !== null;
}

/** In the first row, what stands before the selection is empty: so the columns stay what they are. */
function cellsIn(around: Element, range: Range): string[][] {
  const rows = around.matches("tr") ? [around] : [...around.querySelectorAll("tr")];
  const selected = rows.flatMap((row) => {
    if (!range.intersectsNode(row)) return [];
    const cells = [...(row as HTMLTableRowElement).cells].map((cell) =>
      range.intersectsNode(cell) ? wordsOf(within(cell, range)) : "",
    );
    while (cells.at(-1) === "") cells.pop();
    return [cells];
  });
  if (selected.length > 1) return selected;
  const [only = []] = selected;
  return [only.slice(only.findIndex((words) => words !== ""))];
}

/** The part of a cell that is selected. */
function within(cell: Element, range: Range): DocumentFragment {
  const part = document.createRange();
  part.selectNodeContents(cell);
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0)
    part.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0)
    part.setEnd(range.endContainer, range.endOffset);
  return part.cloneContents();
}

function asTable(rows: readonly (readonly string[])[]): HTMLTableElement {
  const table = document.createElement("table");
  for (const row of rows) {
    const line = table.insertRow();
    for (const words of row) {
      const cell = line.insertCell();
      words.split("\n").forEach((part, at) => {
        if (at > 0) cell.append(document.createElement("br"));
        cell.append(part);
      });
    }
  }
  return table;
}
