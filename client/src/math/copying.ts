/**
 * Copied text has the source of its formulas: `$…$`, or `$$…$$` for those on lines of their own.
 * The browser itself would copy both of KaTeX's forms, one letter to a line.
 */

const FORMULA = "code.math";

export function copySources(event: ClipboardEvent): void {
  const selection = getSelection();
  if (event.defaultPrevented || event.clipboardData === null || selection === null || selection.isCollapsed) return;
  const copied = selectedContents(selection.getRangeAt(0));
  if (copied.querySelector(".katex") === null) return;
  for (const formula of copied.querySelectorAll(FORMULA)) formula.replaceWith(sourceOf(formula));
  for (const control of copied.querySelectorAll("button")) control.remove();
  const page = laidOut(copied);
  event.clipboardData.setData("text/plain", page.innerText);
  event.clipboardData.setData("text/html", page.innerHTML);
  page.remove();
  event.preventDefault();
}

/** With the whole of each formula that the selection begins or ends in. */
function selectedContents(selected: Range): DocumentFragment {
  const range = selected.cloneRange();
  const first = formulaAround(range.startContainer);
  const last = formulaAround(range.endContainer);
  if (first !== null) range.setStartBefore(first);
  if (last !== null) range.setEndAfter(last);
  return range.cloneContents();
}

function formulaAround(node: Node): Element | null {
  return (node instanceof Element ? node : node.parentElement)?.closest(FORMULA) ?? null;
}

function sourceOf(formula: Element): string {
  const source = formula.querySelector("annotation")?.textContent ?? formula.textContent;
  const dollars = formula.querySelector(".katex-display") === null ? "$" : "$$";
  return dollars + source + dollars;
}

/** Where it is not seen: only what is laid out knows which of its words stand on a new line. */
function laidOut(contents: DocumentFragment): HTMLElement {
  const page = document.createElement("div");
  page.style.position = "fixed";
  page.style.insetInlineStart = "-9999px";
  page.append(contents);
  document.body.append(page);
  return page;
}
