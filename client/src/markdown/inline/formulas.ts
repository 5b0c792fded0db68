/** `$…$` and `\(…\)` in a line, `$$…$$` and `\[…\]` as well. */
import type { Closers } from "./closers";

export interface FormulaAt {
  /** Its source, or null if it is not closed. */
  readonly text: string | null;
  readonly end: number;
  readonly display: boolean;
}

const CLOSERS: Readonly<Record<string, string>> = { $$: "$$", "\\[": "\\]", "\\(": "\\)" };

/** Null: no formula begins here. */
export function formulaAt(closers: Closers, start: number): FormulaAt | null {
  const { text } = closers;
  const opener = text.slice(start, start + 2);
  const closer = CLOSERS[opener];
  if (closer !== undefined) return delimited(closers, start, closer, opener !== "\\(");
  return opener.startsWith("$") ? inDollars(text, start) : null;
}

/** One dollar before a digit, more often than not. */
export function isPrice(text: string, start: number): boolean {
  return /^\$\d/.test(text.slice(start, start + 2));
}

function delimited(
  closers: Closers,
  start: number,
  closer: string,
  display: boolean,
): FormulaAt | null {
  const close = closers.find(closer, start + 2);
  if (close < 0) return { text: null, end: start, display };
  const formula = closers.text.slice(start + 2, close).trim();
  return formula === "" ? null : { text: formula, end: close + 2, display };
}

/** One dollar is more often money: no blank inside the pair, no digit behind it, no code in it. */
function inDollars(text: string, start: number): FormulaAt | null {
  if (/\s/.test(text.charAt(start + 1))) return null;
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === "`") return null;
    if (char === "\\") at++;
    else if (char === "$") {
      if (/\s/.test(text.charAt(at - 1)) || /\d/.test(text.charAt(at + 1))) return null;
      return { text: text.slice(start + 1, at), end: at + 1, display: false };
    }
  }
  return { text: null, end: start, display: false };
}
