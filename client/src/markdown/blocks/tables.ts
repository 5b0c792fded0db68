/** The lines of a table. */
import { trim } from "../blanks";
import type { Align } from "./block";

// Written so that no run of blanks can be divided in two ways: a hostile line would take for ever.
const DELIMITERS = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$/;

/** How the columns stand, if this is the line below a table's head. */
export function alignsOf(text: string): Align[] | null {
  if (!/[|:]/.test(text) || !DELIMITERS.test(trim(text))) return null;
  return cellsOf(text).map(alignOf);
}

function alignOf(cell: string): Align {
  if (cell.endsWith(":")) return cell.startsWith(":") ? "center" : "right";
  return cell.startsWith(":") ? "left" : null;
}

/** The cells of a row. A pipe behind a backslash is a pipe, even in code. */
export function cellsOf(text: string): string[] {
  const row = trim(text);
  const cells: string[] = [];
  let from = row.startsWith("|") ? 1 : 0;
  for (let at = from; at < row.length; at++) {
    if (row[at] === "\\") at++;
    else if (row[at] === "|") {
      cells.push(cell(row, from, at));
      from = at + 1;
    }
  }
  if (from < row.length || cells.length === 0) cells.push(cell(row, from, row.length));
  return cells;
}

function cell(row: string, from: number, to: number): string {
  return trim(row.slice(from, to)).replaceAll("\\|", "|");
}
