/** A formula on lines of its own: `$$ … $$` or `\[ … \]`. */
import type { Formula } from "./block";

const CLOSERS: Readonly<Record<string, string>> = { $$: "$$", "\\[": "\\]" };

/**
 * Has its newest line closed it, or shown that it is none? Nothing may stand behind the closer, and
 * something before it. (A blank line is the end as well: one missing closer must not swallow the answer.)
 */
export function isOver(formula: Formula): boolean {
  const line = formula.lines.at(-1) ?? "";
  const closer = CLOSERS[formula.opener] ?? "";
  const at = line.indexOf(closer);
  if (at < 0) return false;
  const before = line.slice(0, at);
  if (line.slice(at + closer.length).trim() !== "") return true;
  if (before.trim() === "" && formula.lines.slice(0, -1).every((text) => text.trim() === ""))
    return true;
  formula.lines[formula.lines.length - 1] = before;
  formula.closed = true;
  return true;
}
