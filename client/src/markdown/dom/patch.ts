/**
 * Makes the page's elements equal to a tree, changing as few of them as it can.
 *
 * An element is kept as long as its kind is, and a text that only grows is appended to, so a
 * selection made in it survives. Elements are made by name and texts as texts: no string is ever
 * read as HTML here.
 */
import { selectedIn } from "./selected";
import type { Attrs, VElement, VNode } from "./tree";

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path"]);

/** How many nodes were made, for whoever has promised not to make too many. */
export const made = { nodes: 0 };

/**
 * Make the last children of `parent`, which are equal to `was`, equal to `now`.
 *
 * They are found from the end and one by one: to ask for the child of some number is to count them all.
 */
export function patch(parent: Element, was: readonly VNode[], now: readonly VNode[]): void {
  let dom = parent.lastChild;
  for (let back = was.length - 1; back > 0; back--) dom = dom?.previousSibling ?? null;
  for (let at = 0; at < was.length; at++) {
    const next: ChildNode | null = dom?.nextSibling ?? null;
    const before = was[at];
    const after = now[at];
    if (after === undefined) dom?.remove();
    else if (before !== undefined && before !== after && dom !== null)
      patchOne(dom, before, after);
    dom = next;
  }
  for (const added of now.slice(was.length)) parent.append(create(added));
}

function patchOne(dom: ChildNode, before: VNode, after: VNode): void {
  if (typeof after === "string" && typeof before === "string" && dom instanceof Text)
    growText(dom, after);
  else if (
    isElement(before) &&
    isElement(after) &&
    areAlike(before, after) &&
    dom instanceof Element
  ) {
    patchAttrs(dom, before, after);
    patch(dom, before.children, after.children);
  } else dom.replaceWith(create(after));
}

/** Where `patch` would begin to take away what stands there, or to write over it; null if it only adds. */
export function firstLoss(parent: Element, was: readonly VNode[], now: readonly VNode[]): Range | null {
  let dom = parent.lastChild;
  for (let back = was.length - 1; back > 0; back--) dom = dom?.previousSibling ?? null;
  for (let at = 0; at < was.length && dom !== null; at++) {
    const loss = was[at] === now[at] ? null : lossIn(dom, was[at] ?? "", now[at]);
    if (loss !== null) return loss;
    dom = dom.nextSibling;
  }
  return null;
}

function lossIn(dom: ChildNode, before: VNode, after: VNode | undefined): Range | null {
  const loss = document.createRange();
  loss.setStartBefore(dom);
  if (after === undefined) return loss;
  if (typeof after === "string") {
    if (typeof before !== "string" || !(dom instanceof Text)) return loss;
    loss.setStart(dom, sameLength(before, after));
    return after.startsWith(before) ? null : loss;
  }
  const isKept = isElement(before) && areAlike(before, after) && dom instanceof Element;
  return isKept ? firstLoss(dom, before.children, after.children) : loss;
}

function isElement(node: VNode): node is VElement {
  return typeof node !== "string";
}

/** What stands before the first difference is not touched, and with it any selection there. */
function growText(dom: Text, text: string): void {
  const old = dom.data;
  if (old === text) return;
  const same = text.startsWith(old) ? old.length : sameLength(old, text);
  if (same === old.length) append(dom, text.slice(same));
  else dom.replaceData(same, old.length - same, text.slice(same));
}

/** With so many neighbours, Chromium takes longer to let a text grow where it stands than to lay out all of them. */
const CROWD = 300;

function append(dom: Text, text: string): void {
  const { parentElement: parent, nextSibling: next } = dom;
  if (parent === null) return dom.appendData(text);
  // In a link it has the neighbours of the link.
  const neighbours = Math.max(parent.childElementCount, parent.parentElement?.childElementCount ?? 0);
  const isCrowded = neighbours > CROWD && selectedIn(dom) === null;
  if (isCrowded) dom.remove();
  dom.appendData(text);
  if (isCrowded) parent.insertBefore(dom, next);
}

/** How many characters both texts begin with. */
function sameLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

/** Elements with other attributes are others, not the same ones changed. */
function areAlike(before: VElement, after: VElement): boolean {
  const names = Object.keys(after.attrs);
  return (
    before.tag === after.tag &&
    names.length === Object.keys(before.attrs).length &&
    names.every((name) => name in before.attrs)
  );
}

function patchAttrs(dom: Element, before: VElement, after: VElement): void {
  for (const [name, value] of Object.entries(after.attrs)) {
    if (before.attrs[name] !== value) dom.setAttribute(name, value);
  }
}

export function create(node: VNode): Node {
  made.nodes++;
  if (typeof node === "string") return document.createTextNode(node);
  const element = createElement(node.tag, node.attrs);
  for (const child of node.children) element.append(create(child));
  return element;
}

function createElement(tag: string, attrs: Attrs): Element {
  const element = SVG_TAGS.has(tag)
    ? document.createElementNS(SVG, tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) element.setAttribute(name, value);
  return element;
}
