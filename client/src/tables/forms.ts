/** A table as text: for programs (RFC 4180), for spreadsheets, for Markdown. Pure. */

/** The first one is the head. */
export type Rows = readonly (readonly string[])[];
export type Form = "markdown" | "csv" | "tsv";

export function written(rows: Rows, form: Form): string {
  if (form === "markdown") return markdown(rows);
  const [separator, cell] = form === "csv" ? [",", csvCell] : ["\t", tsvCell];
  return rows.map((row) => row.map(cell).join(separator)).join("\n");
}

function csvCell(text: string): string {
  return /[",\n\r]|^\s|\s$/.test(text) ? quoted(text) : text;
}

/** As spreadsheets read it: a quotation mark counts only at the beginning. */
function tsvCell(text: string): string {
  return /[\t\n\r]|^"/.test(text) ? quoted(text) : text;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function markdown([head = [], ...rows]: Rows): string {
  return [head, head.map(() => "---"), ...rows].map(markdownRow).join("\n");
}

function markdownRow(row: readonly string[]): string {
  return `| ${row.map(markdownCell).join(" | ")} |`;
}

function markdownCell(text: string): string {
  return text.replace(/[\\`*_[\]<|~$]/g, "\\$&").replace(/\r\n?|\n/g, "<br>");
}
