/**
 * The words of one paragraph: markdown-it's inline tokens → tree.
 *
 * Links lead only where links.ts allows; pictures from elsewhere never load by themselves.
 */
import type Token from "markdown-it/lib/token.mjs";
import { hostOf, isInlinePicture, isSafeLink } from "./links";
import { type VNode, h, joinTexts } from "./tree";

const STYLES: Readonly<Record<string, string>> = { strong: "strong", em: "em", s: "del" };
const LINK = { target: "_blank", rel: "noopener noreferrer nofollow" } as const;

interface Frame {
  readonly wrap: (children: readonly VNode[]) => readonly VNode[];
  readonly children: VNode[];
}

/** `inert` text stands inside a control: no links, no pictures, only their words. */
export function inlineNodes(tokens: readonly Token[], inert = false): readonly VNode[] {
  const stack: Frame[] = [{ wrap: (children) => children, children: [] }];
  for (const token of tokens) {
    if (token.nesting === 1) stack.push({ wrap: wrapperOf(token, inert), children: [] });
    else if (token.nesting === -1) closeLast(stack);
    else stack.at(-1)?.children.push(...leaf(token, inert));
  }
  while (stack.length > 1) closeLast(stack);
  return joinTexts(stack[0]?.children ?? []);
}

function closeLast(stack: Frame[]): void {
  if (stack.length < 2) return;
  const frame = stack.pop();
  if (frame !== undefined) stack.at(-1)?.children.push(...frame.wrap(frame.children));
}

function wrapperOf(token: Token, inert: boolean): Frame["wrap"] {
  const style = STYLES[token.tag];
  if (style !== undefined) return (children) => [h(style, {}, children)];
  const href = token.attrGet("href") ?? "";
  if (token.tag === "a" && !inert && isSafeLink(href))
    return (children) => [h("a", { href, ...LINK }, children)];
  return (children) => children;
}

function leaf(token: Token, inert: boolean): readonly VNode[] {
  switch (token.type) {
    case "softbreak":
      return ["\n"];
    case "hardbreak":
      return inert ? [" "] : [h("br")];
    case "code_inline":
      return [h("code", { translate: "no" }, [token.content])];
    case "math_inline":
      return [h("code", { class: "math", translate: "no", dir: "ltr" }, [token.content])];
    case "image":
      return inert ? [token.content] : picture(token);
    default:
      return [token.content];
  }
}

function picture(token: Token): readonly VNode[] {
  const src = token.attrGet("src") ?? "";
  const alt = token.content;
  if (isInlinePicture(src)) return [h("img", { src, alt, decoding: "async" })];
  const host = hostOf(src);
  if (host === null) return [alt];
  const label = alt === "" ? `Picture from ${host}` : `${alt} – picture from ${host}`;
  return [h("a", { class: "picture-chip", href: src, ...LINK }, [label])];
}
