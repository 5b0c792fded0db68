/**
 * What a line of words is made of: a list of spans, of which some hold a list of their own.
 *
 * Linked, because emphasis and links are found by their end: all between two marks then moves at once.
 */

export type Kind =
  | "text"
  | "break"
  | "code"
  | "formula"
  | "html"
  | "emphasis"
  | "strong"
  | "deleted"
  | "link"
  | "image"
  | "note"
  | "element";

/** Emphasis in emphasis, a hundred deep, is enough for anybody but an attacker of the stack. */
export const DEEPEST = 100;

export class Span {
  next: Span | null = null;
  previous: Span | null = null;
  first: Span | null = null;
  last: Span | null = null;
  /** How many spans stand in one another here. */
  depth = 0;
  /** Of links and images. */
  href = "";
  title = "";
  /** Of formulas: on a line of its own. */
  display = false;
  /** An address that was recognised as it stood, without any marks. */
  bare = false;

  constructor(
    readonly kind: Kind,
    /** The words, the code, the formula, the label of a note, the name of an element. */
    public text = "",
  ) {}

  append(child: Span): Span {
    child.previous = this.last;
    child.next = null;
    if (this.last === null) this.first = child;
    else this.last.next = child;
    this.last = child;
    this.depth = Math.max(this.depth, child.depth + 1);
    return child;
  }

  *children(): Generator<Span> {
    for (let child = this.first; child !== null; child = child.next) yield child;
  }
}

/** Take a span out of the list it stands in. */
export function unlink(list: Span, span: Span): void {
  if (span.previous === null) list.first = span.next;
  else span.previous.next = span.next;
  if (span.next === null) list.last = span.previous;
  else span.next.previous = span.previous;
  span.previous = span.next = null;
}

/** Put a new span behind one of the list, holding all that stood between that one and `end`. */
export function wrap(list: Span, from: Span, end: Span | null, wrapper: Span): void {
  let child = from.next;
  while (child !== null && child !== end) {
    const { next } = child;
    unlink(list, child);
    wrapper.append(child);
    child = next;
  }
  insertAfter(list, from, wrapper);
}

/** Everything of one list goes to the end of another. */
export function moveAll(from: Span, to: Span): void {
  if (from.first === null) return;
  from.first.previous = to.last;
  if (to.last === null) to.first = from.first;
  else to.last.next = from.first;
  to.last = from.last;
  from.first = from.last = null;
}

export function insertAfter(list: Span, before: Span, span: Span): void {
  span.previous = before;
  span.next = before.next;
  if (before.next === null) list.last = span;
  else before.next.previous = span;
  before.next = span;
}

/** All the words in a span, without what marks them. */
export function wordsOf(span: Span): string {
  let words = span.kind === "break" ? "\n" : span.first === null && span.kind !== "html" ? span.text : "";
  for (const child of span.children()) words += wordsOf(child);
  return words;
}
