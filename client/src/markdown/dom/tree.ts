/**
 * The shape of rendered text before it is DOM: plain values, compared and tested without a browser.
 *
 * Who makes such trees: blocks.ts and inline.ts. Who turns them into elements: patch.ts.
 */

export interface VElement {
  readonly tag: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: readonly VNode[];
}

export type VNode = string | VElement;

export type Attrs = Readonly<Record<string, string>>;

const NONE: Attrs = {};

/** An element. Neighbouring texts become one, as a browser would have them. */
export function h(tag: string, attrs: Attrs = NONE, children: readonly VNode[] = []): VElement {
  return { tag, attrs, children: joinTexts(children) };
}

/** The words of a tree, without its elements. */
export function textOf(nodes: readonly VNode[]): string {
  return nodes.map((node) => (typeof node === "string" ? node : textOf(node.children))).join("");
}

export function joinTexts(nodes: readonly VNode[]): readonly VNode[] {
  const joined: VNode[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (node === "") continue;
    if (typeof node === "string" && typeof last === "string")
      joined[joined.length - 1] = last + node;
    else joined.push(node);
  }
  return joined;
}
