/**
 * Gives the text in an element its colours, line by line from its beginning.
 *
 * No character is added or left out: the pieces of a line stand in elements of their own afterwards. What
 * follows the last painted line is left alone, so whoever writes the text may go on appending to it. A
 * line that is selected is not taken apart: painting waits until the selection is elsewhere.
 */
import { KINDS, type Kind } from "./kinds";
import type { Pieces } from "./messages";

interface Place {
  readonly node: Text;
  readonly offset: number;
}

/** `held`: it is selected. `lost`: the text on the page is not the one that was read. */
export type Outcome = "painted" | "held" | "lost";

export class Painter {
  readonly #texts: TreeWalker;
  /** How many lines are painted, and where the last of them ends. */
  #lines = 0;
  #end: Place | null = null;

  constructor(readonly element: HTMLElement) {
    this.#texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  }

  get lines(): number {
    return this.#lines;
  }

  /** Paint the next line. `selected`: what the reader has selected, if it lies in the element. */
  paint(pieces: Pieces, selected: Range | null): Outcome {
    const start = this.#startOfNext();
    const end = start && this.#after(start, lengthOf(pieces));
    if (start === null || end === null) return pieces.length === 0 ? this.#painted(start) : "lost";
    if (selected !== null && touches(selected, start, end)) return "held";
    return this.#painted(isPlain(pieces) ? end : this.#wrapAll(pieces, start, end));
  }

  #painted(end: Place | null): Outcome {
    this.#lines += 1;
    this.#end = end;
    return "painted";
  }

  #startOfNext(): Place | null {
    // Behind the line end, which belongs to no line.
    if (this.#end !== null) return this.#after(this.#end, 1);
    const node = this.#nextText(this.element);
    return node && { node, offset: 0 };
  }

  #wrapAll(pieces: Pieces, start: Place, end: Place): Place {
    // A text node is copied when it is cut, so the line is cut off first and the rest left in one.
    if (end.offset < end.node.length) end.node.splitText(end.offset);
    if (start.node === end.node) return paintInOne(pieces, start);
    let place = start;
    for (let at = 0; at < pieces.length; at += 2)
      place = this.#wrap(place, pieces[at] ?? 0, kindOf(pieces, at));
    return place;
  }

  /** Where the piece lies in several nodes, each gets an element. */
  #wrap(from: Place, length: number, kind: Kind): Place {
    let place = from;
    for (let left = length; left > 0;) {
      if (place.offset === place.node.length) {
        const next = this.#nextText(place.node);
        if (next === null) return place;
        place = { node: next, offset: 0 };
      }
      const taken = Math.min(left, place.node.length - place.offset);
      place = kind === "plain" ? { ...place, offset: place.offset + taken } : wrap(place, taken, kind);
      left -= taken;
    }
    return place;
  }

  #after(place: Place, length: number): Place | null {
    let { node } = place;
    let offset = place.offset + length;
    while (offset > node.length) {
      offset -= node.length;
      const next = this.#nextText(node);
      if (next === null) return null;
      node = next;
    }
    return { node, offset };
  }

  #nextText(node: Node): Text | null {
    this.#texts.currentNode = node;
    return this.#texts.nextNode() as Text | null;
  }
}

/**
 * The usual line stands in one text node, up to its end. All its pieces take the place of that node at
 * once: everybody who watches the page is told of each change, and a line has ten pieces.
 */
function paintInOne(pieces: Pieces, { node, offset }: Place): Place {
  let at = 0;
  for (; kindOf(pieces, at) === "plain"; at += 2) offset += pieces[at] ?? 0;
  // What stands before the first colour stays where it is.
  const line = offset > 0 ? node.splitText(offset) : node;
  const painted = document.createDocumentFragment();
  let last = line;
  for (let from = 0; at < pieces.length; at += 2) {
    const to = from + (pieces[at] ?? 0);
    last = new Text(line.data.slice(from, to));
    const kind = kindOf(pieces, at);
    painted.append(kind === "plain" ? last : coloured(last, kind));
    from = to;
  }
  line.replaceWith(painted);
  return { node: last, offset: last.length };
}

function kindOf(pieces: Pieces, at: number): Kind {
  return KINDS[pieces[at + 1] ?? 0] ?? "plain";
}

function coloured(text: Text, kind: Kind): Element {
  const element = document.createElement("span");
  element.className = `tok-${kind}`;
  element.append(text);
  return element;
}

function wrap({ node, offset }: Place, length: number, kind: Kind): Place {
  const text = offset > 0 ? node.splitText(offset) : node;
  const rest = length < text.length ? text.splitText(length) : null;
  const { parentNode, nextSibling } = text;
  parentNode?.insertBefore(coloured(text, kind), nextSibling);
  return rest === null ? { node: text, offset: length } : { node: rest, offset: 0 };
}

function touches(selected: Range, start: Place, end: Place): boolean {
  const isBehind = selected.comparePoint(start.node, start.offset) > 0;
  const isBefore = selected.comparePoint(end.node, end.offset) < 0;
  return !isBehind && !isBefore;
}

function isPlain(pieces: Pieces): boolean {
  return pieces.every((number, at) => at % 2 === 0 || number === 0);
}

function lengthOf(pieces: Pieces): number {
  let length = 0;
  for (let at = 0; at < pieces.length; at += 2) length += pieces[at] ?? 0;
  return length;
}
