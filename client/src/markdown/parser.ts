/** markdown-it as this page reads Markdown. The one module that knows it by name. */
import MarkdownIt from "markdown-it";
import type Token from "markdown-it/lib/token.mjs";
import { type Block, blocksOf } from "./blocks";
import { inlineNodes } from "./inline";
import { isLinkable } from "./links";
import { recogniseMath } from "./math";
import type { Outline } from "./outline";
import type { VNode } from "./tree";
import { mend } from "./unfinished";

/** What later text needs from earlier text: link definitions, and whether more is to come. */
export interface Env {
  references: Record<string, unknown>;
  open: boolean;
}

// Raw HTML is text. The preset bounds nesting at 100, or ten thousand `>` would be as many elements.
const md = new MarkdownIt("default", { html: false, linkify: true, breaks: false });
md.validateLink = isLinkable;
// Without a scheme `main.py` and `README.md` would be links to Paraguay and Moldova.
md.linkify.set({ fuzzyLink: false, fuzzyIP: false, fuzzyEmail: false });
recogniseMath(md);

export function newEnv(open: boolean): Env {
  return { references: {}, open };
}

export function parse(text: string, env: Env, outline: Outline): Block[] {
  return blocksOf(md.parse(text, env), outline);
}

/** As `parse`, for text that stops in mid-word: open marks of its last paragraph count as closed. */
export function parseUnfinished(text: string, env: Env, outline: Outline): Block[] {
  const tokens = md.parse(text, env);
  const last = lastInline(tokens);
  if (last !== null) {
    const mended = mend(last.content);
    if (mended !== last.content) {
      last.children = [];
      md.inline.parse(mended, md, env, last.children);
    }
  }
  return blocksOf(tokens, outline);
}

function lastInline(tokens: readonly Token[]): Token | null {
  for (let at = tokens.length - 1; at >= 0; at--) {
    const token = tokens[at];
    if (token === undefined || token.nesting !== -1) return token?.type === "inline" ? token : null;
  }
  return null;
}

/** One line for a header: emphasis and code only, nothing that could be pressed. */
export function parseInline(text: string): readonly VNode[] {
  const [line] = md.parseInline(text.replaceAll("\n", " "), newEnv(false));
  return inlineNodes(line?.children ?? [], true);
}
