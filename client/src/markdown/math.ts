/**
 * Formulas, recognised before Markdown can take their `*`, `_` and `\` for its own.
 *
 * `$…$`, `\(…\)` inside a line; `$$…$$`, `\[…\]` as a block or inside a line. Drawing them is
 * not decided here: a formula becomes a token holding its source.
 */
import type MarkdownIt from "markdown-it";
import type StateBlock from "markdown-it/lib/rules_block/state_block.mjs";
import type StateInline from "markdown-it/lib/rules_inline/state_inline.mjs";

const CLOSERS: Readonly<Record<string, string>> = { $$: "$$", "\\[": "\\]", "\\(": "\\)" };

export function recogniseMath(md: MarkdownIt): void {
  md.inline.ruler.before("escape", "math_inline", inlineMath);
  md.block.ruler.before("fence", "math_block", blockMath, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  });
}

function inlineMath(state: StateInline, silent: boolean): boolean {
  const found =
    delimitedAt(state.src, state.pos, state.posMax) ?? dollarAt(state.src, state.pos, state.posMax);
  if (found === null) return false;
  if (!silent) {
    const token = state.push("math_inline", "code", 0);
    token.content = found.tex.trim();
  }
  state.pos = found.end;
  return true;
}

interface Found {
  tex: string;
  end: number;
}

function delimitedAt(source: string, start: number, max: number): Found | null {
  const closer = CLOSERS[source.slice(start, start + 2)];
  if (closer === undefined) return null;
  const close = source.indexOf(closer, start + 2);
  if (close < 0 || close + 2 > max) return null;
  const tex = source.slice(start + 2, close);
  return tex.trim() === "" ? null : { tex, end: close + 2 };
}

/** One dollar is more often money: no space inside the pair, no digit after it, no code in it. */
function dollarAt(source: string, start: number, max: number): Found | null {
  if (source[start] !== "$" || source[start + 1] === "$" || /\s/.test(source[start + 1] ?? " "))
    return null;
  for (let at = start + 1; at < max; at++) {
    const char = source[at];
    if (char === "`") return null;
    if (char === "\\") at++;
    else if (char === "$") return dollarClosesAt(source, start, at);
  }
  return null;
}

function dollarClosesAt(source: string, start: number, at: number): Found | null {
  const tex = source.slice(start + 1, at);
  if (/\s$/.test(tex) || /\d/.test(source[at + 1] ?? "")) return null;
  return { tex, end: at + 1 };
}

/**
 * A formula of its own lines. A blank line ends the attempt, so that one missing closer cannot
 * swallow the answer. While text still arrives (`env.open`) an unclosed formula is held as its
 * source: read as Markdown, its lines would become lists and headings for a moment.
 */
function blockMath(
  state: StateBlock,
  startLine: number,
  endLine: number,
  silent: boolean,
): boolean {
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const opener = lineOf(state, startLine).slice(0, 2);
  const closer = opener === "\\(" ? undefined : CLOSERS[opener];
  if (closer === undefined) return false;
  const lines: string[] = [];
  for (let line = startLine; line < endLine; line++) {
    const text = line === startLine ? lineOf(state, line).slice(2) : lineOf(state, line);
    if (text.trim() === "" && line > startLine) return false;
    if (line > startLine && (state.sCount[line] ?? 0) < state.blkIndent) return false;
    const close = text.indexOf(closer);
    if (close >= 0 && text.slice(close + 2).trim() !== "") return false;
    if (close >= 0)
      return push(
        state,
        "math_block",
        startLine,
        line + 1,
        [...lines, text.slice(0, close)],
        silent,
      );
    lines.push(text);
  }
  if (!isOpen(state.env)) return false;
  return push(
    state,
    "math_open",
    startLine,
    endLine,
    [opener + (lines[0] ?? ""), ...lines.slice(1)],
    silent,
  );
}

function push(
  state: StateBlock,
  type: string,
  from: number,
  to: number,
  lines: readonly string[],
  silent: boolean,
): boolean {
  if (type === "math_block" && lines.join("").trim() === "") return false;
  if (silent) return true;
  const token = state.push(type, "div", 0);
  token.content = lines.join("\n").trim();
  token.map = [from, to];
  state.line = to;
  return true;
}

function lineOf(state: StateBlock, line: number): string {
  return state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
}

function isOpen(env: unknown): boolean {
  return typeof env === "object" && env !== null && "open" in env && env.open === true;
}
