/**
 * Makes the page's elements equal to a tree, changing as few of them as it can.
 *
 * An element is kept as long as its kind is, and a text that only grows is appended to, so a
 * selection made in it survives. Elements are made by name and texts as texts: no string is ever
 * read as HTML here.
 */
import type { VElement, VNode } from "./tree";

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path"]);

/** Called for each new element, before it is on the page. */
export type Created = (element: Element) => void;

export function patch(
  parent: Element,
  was: readonly VNode[],
  now: readonly VNode[],
  created: Created,
): void {
  for (let at = 0; at < now.length; at++) {
    const before = was[at];
    const after = now[at];
    if (after === undefined || before === after) continue;
    patchOne(parent, parent.childNodes[at], before, after, created);
  }
  for (let surplus = was.length; surplus > now.length; surplus--) parent.lastChild?.remove();
}

function patchOne(
  parent: Element,
  dom: ChildNode | undefined,
  before: VNode | undefined,
  after: VNode,
  created: Created,
): void {
  if (dom === undefined || before === undefined) parent.append(create(after, created));
  else if (typeof after === "string" && typeof before === "string" && dom instanceof Text)
    growText(dom, after);
  else if (
    isElement(before) &&
    isElement(after) &&
    before.tag === after.tag &&
    dom instanceof Element
  ) {
    patchAttrs(dom, before, after);
    patch(dom, before.children, after.children, created);
  } else dom.replaceWith(create(after, created));
}

function isElement(node: VNode): node is VElement {
  return typeof node !== "string";
}

/** What stands before the first difference is not touched, and with it any selection there. */
function growText(dom: Text, text: string): void {
  const old = dom.data;
  if (old === text) return;
  let same = Math.min(old.length, text.length);
  if (!text.startsWith(old)) {
    same = 0;
    while (old[same] === text[same]) same++;
  }
  if (same === old.length) dom.appendData(text.slice(same));
  else dom.replaceData(same, old.length - same, text.slice(same));
}

function patchAttrs(dom: Element, before: VElement, after: VElement): void {
  for (const name of Object.keys(before.attrs))
    if (!(name in after.attrs)) dom.removeAttribute(name);
  for (const [name, value] of Object.entries(after.attrs)) {
    if (before.attrs[name] !== value) dom.setAttribute(name, value);
  }
}

function create(node: VNode, created: Created): Node {
  if (typeof node === "string") return document.createTextNode(node);
  const element = SVG_TAGS.has(node.tag)
    ? document.createElementNS(SVG, node.tag)
    : document.createElement(node.tag);
  for (const [name, value] of Object.entries(node.attrs)) element.setAttribute(name, value);
  for (const child of node.children) element.append(create(child, created));
  created(element);
  return element;
}
