/** What stands in a table on the page. */

/** The words of every cell. */
export function rowsOf(table: HTMLTableElement): string[][] {
  return [...table.rows].map((row) => [...row.cells].map(wordsOf));
}

/** A line break is one, a formula its source, a picture its description; buttons say nothing. */
export function wordsOf(node: Node): string {
  if (node instanceof Text) return node.data;
  if (!(node instanceof Element)) return children(node);
  if (node.matches("br")) return "\n";
  if (node.matches("button, .katex-html")) return "";
  if (node instanceof HTMLImageElement) return node.alt;
  if (node.matches(".katex")) return `$${node.querySelector("annotation")?.textContent ?? ""}$`;
  if (node.matches(".control-character")) return node.textContent;
  return children(node);
}

function children(node: Node): string {
  let words = "";
  for (const child of node.childNodes) words += wordsOf(child);
  return words;
}
