/** `*`, `_` and `~`: which of them belong together, by the specification's rules 1 to 17. */
import { DEEPEST, Span, unlink, wrap } from "./span";

/** A run of marks that may open or close something, in the order of the text. */
export interface Delimiter {
  readonly char: string;
  readonly span: Span;
  readonly length: number;
  left: number;
  opens: boolean;
  readonly closes: boolean;
  /** How deep spans stand in one another between here and the next run. */
  depth: number;
  previous: Delimiter | null;
  next: Delimiter | null;
}

const PUNCTUATION = /[\p{P}\p{S}]/u;
const BLANK = /\s/;

export interface Flanking {
  readonly opens: boolean;
  readonly closes: boolean;
}

/** May the run of marks that stands here open emphasis, or close it? */
export function flanks(text: string, start: number, end: number): Flanking {
  const before = characterBefore(text, start);
  const after = characterAt(text, end);
  const blankBefore = BLANK.test(before);
  const blankAfter = BLANK.test(after);
  const markBefore = PUNCTUATION.test(before);
  const markAfter = PUNCTUATION.test(after);
  const left = !blankAfter && (!markAfter || blankBefore || markBefore);
  const right = !blankBefore && (!markBefore || blankAfter || markAfter);
  if (text[start] !== "_") return { opens: left, closes: right };
  return { opens: left && (!right || markBefore), closes: right && (!left || markAfter) };
}

/** Whole characters, where JavaScript counts halves. At either end of a text stands a line end. */
function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? "\n" : String.fromCodePoint(code);
}

function characterBefore(text: string, at: number): string {
  if (at === 0) return "\n";
  const low = text.charCodeAt(at - 1);
  return at > 1 && low >= 0xdc00 && low <= 0xdfff ? characterAt(text, at - 2) : text.charAt(at - 1);
}

/** The open delimiters of a text, innermost last. */
export class Delimiters {
  last: Delimiter | null = null;
  size = 0;

  constructor(readonly list: Span) {}

  push(char: string, span: Span, flanking: Flanking): void {
    const length = span.text.length;
    const delimiter: Delimiter = {
      ...{ char, span, length, left: length, depth: 0, ...flanking },
      previous: this.last,
      next: null,
    };
    if (this.last !== null) this.last.next = delimiter;
    this.last = delimiter;
    this.size++;
  }

  /** A span that is so deep stands behind the newest run. */
  deepen(depth: number): void {
    if (this.last !== null) this.last.depth = Math.max(this.last.depth, depth);
  }

  #remove(delimiter: Delimiter): void {
    this.size--;
    const { previous } = delimiter;
    if (previous !== null) previous.depth = Math.max(previous.depth, delimiter.depth);
    if (delimiter.previous !== null) delimiter.previous.next = delimiter.next;
    if (delimiter.next === null) this.last = delimiter.previous;
    else delimiter.next.previous = delimiter.previous;
  }

  /**
   * Join what belongs together above `bottom`. What stays open is forgotten, unless more text is to
   * come (`keep`) that may close it.
   */
  process(bottom: Delimiter | null, keep = false): void {
    const floors = new Map<string, Delimiter | null>();
    let closer = bottom === null ? this.#first() : bottom.next;
    while (closer !== null) {
      if (!closer.closes) {
        closer = closer.next;
        continue;
      }
      const key = floorKey(closer);
      const floor: Delimiter | null = floors.get(key) ?? bottom;
      const opener = openerFor(closer, floor, bottom);
      if (opener === null) {
        const unmatched: Delimiter = closer;
        floors.set(key, unmatched.previous);
        closer = unmatched.next;
        if (!unmatched.opens) this.#remove(unmatched);
      } else closer = this.#join(opener, closer);
    }
    while (!keep && this.last !== null && this.last !== bottom) this.#remove(this.last);
  }

  #first(): Delimiter | null {
    let first = this.last;
    while (first?.previous != null) first = first.previous;
    return first;
  }

  /** Where to look for the next closer. */
  #join(opener: Delimiter, closer: Delimiter): Delimiter | null {
    while (closer.previous !== null && closer.previous !== opener) this.#remove(closer.previous);
    const { next } = closer;
    if (opener.depth >= DEEPEST) {
      this.#remove(opener);
      this.#remove(closer);
      return next;
    }
    const marks = closer.char === "~" ? closer.length : Math.min(opener.left, closer.left, 2);
    const kind = closer.char === "~" ? "deleted" : marks === 2 ? "strong" : "emphasis";
    wrap(this.list, opener.span, closer.span, new Span(kind));
    opener.depth++;
    this.#use(opener, marks);
    this.#use(closer, marks);
    return closer.left > 0 ? closer : next;
  }

  #use(delimiter: Delimiter, marks: number): void {
    const { span } = delimiter;
    delimiter.left -= marks;
    span.text = span.text.slice(marks);
    if (delimiter.left > 0) return;
    unlink(this.list, span);
    this.#remove(delimiter);
  }
}

/** Closers alike in this find the same openers, so one search in vain is enough for all of them. */
function floorKey({ char, length, opens }: Delimiter): string {
  return char === "~" ? `~${String(length)}` : `${char}${String(opens)}${String(length % 3)}`;
}

function openerFor(closer: Delimiter, floor: Delimiter | null, bottom: Delimiter | null): Delimiter | null {
  for (let at = closer.previous; at !== null && at !== bottom && at !== floor; at = at.previous)
    if (at.opens && at.char === closer.char && agree(at, closer)) return at;
  return null;
}

function agree(opener: Delimiter, closer: Delimiter): boolean {
  if (closer.char === "~") return opener.length === closer.length;
  if (!opener.closes && !closer.opens) return true;
  return (opener.length + closer.length) % 3 !== 0 || closer.length % 3 === 0;
}
