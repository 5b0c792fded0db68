/** `[text](target)`, `![text](target)`, `[text][label]`, `[label]`, `[^note]`. */
import type { Delimiter } from "./emphasis";
import type { Parser } from "./parser";
import { DEEPEST, Span, unlink, wrap } from "./span";
import { type Definition, destinationAt, labelAt, titleAt, unescape } from "./targets";

interface Bracket {
  readonly span: Span;
  readonly start: number;
  readonly image: boolean;
  readonly outer: Delimiter | null;
  /** Links hold no links: an opener before a link is only a bracket. */
  active: boolean;
  /** Another bracket follows, so its text is no label. */
  holdsBracket: boolean;
}

/** So many brackets are open at once only in hostile text. Further ones are characters like others. */
const MANY = 1000;

interface Target extends Omit<Definition, "label"> {
  readonly end: number;
}

export class Brackets {
  readonly #open: Bracket[] = [];

  constructor(readonly parser: Parser) {}

  get any(): boolean {
    return this.#open.length > 0;
  }

  open(image: boolean): void {
    const { parser } = this;
    const start = parser.pos + (image ? 1 : 0);
    if (!image && this.#note(start)) return;
    if (this.#open.length >= MANY) {
      parser.addWords(image ? "![" : "[", start + 1);
      return;
    }
    const outer = this.#open.at(-1);
    if (outer !== undefined) outer.holdsBracket = true;
    const span = parser.add("text", image ? "![" : "[", start + 1);
    const place = { span, start, image, outer: parser.delimiters.last };
    this.#open.push({ ...place, active: true, holdsBracket: false });
  }

  close(): void {
    const { parser } = this;
    const after = parser.pos + 1;
    const opener = this.#open.pop();
    const target = opener?.active === true ? this.#targetOf(opener, parser.pos) : null;
    // What follows may be a target that is not complete yet.
    const mayGrow = /[([]/.test(parser.text.charAt(after)) && (target?.end ?? after) === after;
    if (mayGrow) parser.pending = true;
    if (opener !== undefined && target !== null) this.#link(opener, target);
    else parser.addWords("]", after);
  }

  #link(opener: Bracket, target: Target): void {
    const { parser } = this;
    parser.delimiters.process(opener.outer);
    const link = new Span(opener.image ? "image" : "link");
    link.href = unescape(target.destination);
    link.title = unescape(target.title);
    wrap(parser.open, opener.span, null, link);
    unlink(parser.open, opener.span);
    parser.pos = target.end;
    if (link.depth > DEEPEST) flatten(link);
    parser.delimiters.deepen(link.depth);
    if (!opener.image) this.#deactivate();
  }

  /** Those before an inactive one are inactive already. */
  #deactivate(): void {
    for (let at = this.#open.length - 1; at >= 0; at--) {
      const bracket = this.#open[at];
      if (bracket === undefined || bracket.image) continue;
      if (!bracket.active) return;
      bracket.active = false;
    }
  }

  #targetOf(opener: Bracket, at: number): Target | null {
    const { text } = this.parser;
    const inline = text[at + 1] === "(" ? targetAt(text, at + 2) : null;
    if (inline !== null) return inline;
    if (at === this.parser.assumedLink) return { destination: "", title: "", end: at + 1 };
    const label = labelAt(text, at + 1);
    const end = label?.end ?? at + 1;
    if (label !== null && label.text !== "") return this.#defined(label.text, end);
    return opener.holdsBracket ? null : this.#defined(text.slice(opener.start + 1, at), end);
  }

  #defined(label: string, end: number): Target | null {
    const definition = this.parser.context.definition(label);
    return definition === undefined ? null : { ...definition, end };
  }

  #note(start: number): boolean {
    const { parser } = this;
    if (!parser.context.extended || parser.text[start + 1] !== "^") return false;
    const label = labelAt(parser.text, start)?.text.slice(1) ?? "";
    if (label === "" || /\s/.test(label) || !parser.context.hasNote(label)) return false;
    parser.add("note", label, start + label.length + 3);
    return true;
  }
}

/** `destination "title")`, behind the opening parenthesis. */
function targetAt(text: string, start: number): Target | null {
  let at = skipBlanks(text, start);
  const destination = destinationAt(text, at);
  if (destination !== null) at = destination.end;
  const gap = skipBlanks(text, at);
  const title = gap > at ? titleAt(text, gap) : null;
  const end = skipBlanks(text, title?.end ?? gap);
  if (text[end] !== ")") return null;
  return { destination: destination?.text ?? "", title: title?.text ?? "", end: end + 1 };
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (/[ \t\n]/.test(text.charAt(at))) at++;
  return at;
}

function flatten(span: Span): void {
  span.text = "";
  for (const child of [...span.children()]) if (child.first !== null) unlink(span, child);
  span.depth = 1;
}
