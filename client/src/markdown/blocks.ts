/**
 * The blocks of a text: markdown-it's block tokens → one tree per top-level block.
 *
 * Where code blocks get their header is code.ts; what a paragraph holds is inline.ts.
 */
import type Token from "markdown-it/lib/token.mjs";
import { codeBlock } from "./code";
import { inlineNodes } from "./inline";
import type { Outline } from "./outline";
import { type Attrs, type VElement, type VNode, h } from "./tree";

/** A top-level block, the line of the source it begins on, and the outline as it is after it. */
export interface Block {
  readonly node: VElement;
  readonly line: number;
  readonly outline: Outline;
}

interface Frame {
  readonly token: Token;
  readonly children: VNode[];
}

export function blocksOf(tokens: readonly Token[], outline: Outline): Block[] {
  const blocks: Block[] = [];
  const stack: Frame[] = [];
  let line = 0;
  for (const token of tokens) {
    if (stack.length === 0) line = token.map?.[0] ?? line;
    if (token.nesting === 1) {
      stack.push({ token, children: [] });
      continue;
    }
    const nodes = token.nesting === -1 ? closed(stack.pop(), outline) : leaf(token);
    const parent = stack.at(-1);
    if (parent !== undefined) parent.children.push(...nodes);
    else
      for (const node of nodes)
        if (typeof node !== "string")
          blocks.push({ node: directed(node), line, outline: outline.copy() });
  }
  return blocks;
}

/**
 * Each block reads in the direction of its own first words. Only the outermost may say so: the
 * browser looks past descendants that have a direction themselves, and a list would find no words.
 */
function directed(node: VElement): VElement {
  return "dir" in node.attrs ? node : h(node.tag, { ...node.attrs, dir: "auto" }, node.children);
}

function leaf(token: Token): readonly VNode[] {
  switch (token.type) {
    case "inline":
      return inlineNodes(token.children ?? []);
    case "fence":
    case "code_block":
      return [codeBlock(token.content, token.info)];
    case "math_block":
      return [
        h("div", { class: "math-block", dir: "ltr", "data-scroller": "Formula" }, [
          h("code", { class: "math", translate: "no" }, [token.content]),
        ]),
      ];
    case "math_open":
      return [h("p", { class: "math-open", dir: "ltr" }, [token.content])];
    case "hr":
      return [h("hr")];
    default:
      return token.content === "" ? [] : [h("p", {}, [token.content])];
  }
}

function closed(frame: Frame | undefined, outline: Outline): readonly VNode[] {
  if (frame === undefined) return [];
  const { token, children } = frame;
  if (token.hidden) return children;
  switch (token.tag) {
    case "table":
      return [
        h("div", { class: "table", "data-gc": "table", "data-scroller": "Table" }, [
          h("table", {}, children),
        ]),
      ];
    case "li":
      return [listItem(children)];
    case "h1":
    case "h2":
    case "h3":
    case "h4":
    case "h5":
    case "h6":
      return [heading(Number(token.tag[1]), children, outline)];
    default:
      return [h(token.tag, attrsOf(token), children)];
  }
}

function heading(level: number, children: readonly VNode[], outline: Outline): VElement {
  return h(`h${String(outline.next(level))}`, { "data-level": String(level) }, children);
}

function attrsOf(token: Token): Attrs {
  const attrs: Record<string, string> = {};
  const start = token.attrGet("start");
  const align = /text-align:(left|center|right)/.exec(token.attrGet("style") ?? "")?.[1];
  if (start !== null) attrs["start"] = start;
  if (align !== undefined) attrs["data-align"] = align;
  if (token.tag === "th") attrs["scope"] = "col";
  return attrs;
}

/** `[ ]` and `[x]` at the beginning of an item are its checkbox, shown but not to be ticked. */
function listItem(children: readonly VNode[]): VElement {
  const [first, ...rest] = children;
  if (typeof first === "string") {
    const task = taskOf(first);
    if (task !== null) return h("li", { class: "task" }, [...task, ...rest]);
  } else if (first?.tag === "p" && typeof first.children[0] === "string") {
    const task = taskOf(first.children[0]);
    if (task !== null) {
      const paragraph = h("p", first.attrs, [...task, ...first.children.slice(1)]);
      return h("li", { class: "task" }, [paragraph, ...rest]);
    }
  }
  return h("li", {}, children);
}

function taskOf(text: string): readonly VNode[] | null {
  const mark = /^\[([ xX])\](?=\s)/.exec(text);
  if (mark === null) return null;
  const done = mark[1] !== " ";
  const box = {
    type: "checkbox",
    disabled: "",
    "aria-label": done ? "Done" : "To do",
    ...(done && { checked: "" }),
  };
  return [h("input", box), text.slice(3)];
}
