/**
 * The words of one paragraph, heading or cell → spans, by the specification's algorithm.
 *
 * It is an own one rather than markdown-it's, because it can stop: what is `settled` cannot change,
 * whatever may follow, and a paragraph that grows is read on from there, not from its beginning. (It is also a sixth of the size.)
 */
import { spacesBefore } from "../blanks";
import { addressAt } from "./addresses";
import { angleAt } from "./angles";
import { Brackets } from "./brackets";
import { Closers } from "./closers";
import { Ticks } from "./code";
import { nestElements } from "./elements";
import { Delimiters, flanks } from "./emphasis";
import { entityAt } from "./entities";
import { formulaAt, isPrice } from "./formulas";
import { linkMail } from "./mail";
import { PlainWords } from "./plain";
import { Span, moveAll } from "./span";
import { type Definition, isEscapable } from "./targets";

/** What a text needs to know of the whole it stands in. */
export interface Context {
  /** More than CommonMark: struck-out words, addresses as they stand, formulas, footnotes. */
  readonly extended: boolean;
  formulaBegun: boolean;
  definition(label: string): Definition | undefined;
  hasNote(label: string): boolean;
}

/** While so many marks are open, nobody looks whether the newest closes one of them. */
const FEW = 32;
/** So many marks are open at once only in hostile text. Further ones are characters like others. */
const MANY = 10_000;

export class Parser {
  /** What can no longer change, whatever follows, and how much of the text that is. */
  readonly settled = new Span("element");
  settledLength = 0;
  /** The rest of the text. */
  readonly open = new Span("element");
  pos = 0;
  readonly delimiters = new Delimiters(this.open);
  readonly #brackets = new Brackets(this);
  readonly #ticks: Ticks;
  readonly #closers: Closers;
  readonly #plainWords: PlainWords;
  /** Something is open that later text may close, in a way this parser does not follow. */
  pending = false;
  #openElements = 0;
  /** The newest span, if it is nothing but words. */
  #words: Span | null = null;

  constructor(
    readonly text: string,
    readonly context: Context,
    /** What stands behind this is only assumed. */
    readonly certain = text.length,
    /** The bracket that is to end a link, although the link's target has not come yet. */
    readonly assumedLink: number | null = null,
  ) {
    this.#ticks = new Ticks(text);
    this.#closers = new Closers(text);
    this.#plainWords = new PlainWords(text);
    while (this.pos < text.length) this.#step(text.charAt(this.pos));
    this.delimiters.process(null);
    for (const list of context.extended ? [this.settled, this.open] : []) {
      if (text.includes("@")) linkMail(list);
      nestElements(list);
    }
  }

  add(kind: Span["kind"], text: string, end: number): Span {
    this.pos = end;
    return this.open.append(new Span(kind, text));
  }

  /** Words without any meaning of their own join those before them. */
  addWords(text: string, end: number): void {
    const { last } = this.open;
    if (last === null || last !== this.#words) this.#words = this.add("text", text, end);
    else {
      last.text += text;
      this.pos = end;
    }
  }

  #step(char: string): void {
    switch (char) {
      case "\n":
        this.#lineEnd();
        break;
      case "\\":
        this.#backslash();
        break;
      case "`":
        this.#code();
        break;
      case "<":
        this.#angle();
        break;
      case "&":
        this.#entity();
        break;
      case "[":
        this.#brackets.open(false);
        break;
      case "!":
        if (this.text[this.pos + 1] === "[") this.#brackets.open(true);
        else this.#literal(1);
        break;
      case "]":
        this.#brackets.close();
        break;
      case "*":
      case "_":
        this.#marks(char);
        break;
      case "~":
        if (this.context.extended) this.#marks(char);
        else this.#literal(1);
        break;
      case "$":
        if (!this.#formulaHere()) this.#literal(1);
        break;
      default:
        this.#plain();
    }
  }

  #literal(length: number): void {
    this.addWords(this.text.slice(this.pos, this.pos + length), this.pos + length);
  }

  // ----------------------------------------------------------------- plain words

  #plain(): void {
    const { text, pos: start } = this;
    const address = this.context.extended && this.#plainWords.addressMayBegin(start) ? addressAt(text, start, this.#brackets.any) : null;
    if (address !== null) {
      const link = this.add("link", "", address.end);
      link.href = address.text;
      link.bare = true;
      link.append(new Span("text", text.slice(start, address.end)));
      return;
    }
    const end = this.#plainWords.end(start, this.context.extended);
    const blank = this.#lastBlanks(start, end);
    if (blank > start) this.addWords(text.slice(start, blank), blank);
    if (blank >= start) this.#settle(blank);
    const from = Math.max(start, blank);
    // Spaces before a line end are no words. Taken off later, all lines joined so far would be copied for each.
    const to = text[end] === "\n" ? Math.max(from, end - spacesBefore(text, end)) : end;
    this.addWords(text.slice(from, to), end);
  }

  /** Where the last blanks of these plain words begin, if all before them is certain; else -1. */
  #lastBlanks(start: number, end: number): number {
    if (this.pending || this.#openElements > 0 || this.#brackets.any) return -1;
    let blank = end;
    while (blank > start && !isBlank(this.text[blank - 1])) blank--;
    if (blank === start) return -1;
    while (blank > start && isBlank(this.text[blank - 1])) blank--;
    if (blank >= this.certain) return -1;
    const { delimiters } = this;
    if (delimiters.size > 0 && delimiters.size <= FEW) delimiters.process(null, true);
    return delimiters.size === 0 ? blank : -1;
  }

  #settle(length: number): void {
    moveAll(this.open, this.settled);
    this.settledLength = length;
  }

  #lineEnd(): void {
    let end = this.pos + 1;
    while (isBlank(this.text[end])) end++;
    if (spacesBefore(this.text, this.pos) >= 2) this.add("break", "", end);
    else this.addWords("\n", end);
  }

  #backslash(): void {
    if (this.#formulaHere()) return;
    const next = this.text[this.pos + 1];
    let end = this.pos + 2;
    if (next === "\n") {
      while (isBlank(this.text[end])) end++;
      this.add("break", "", end);
    } else if (isEscapable(next)) this.addWords(next ?? "", end);
    else this.#literal(1);
  }

  #entity(): void {
    const entity = entityAt(this.text, this.pos);
    if (entity === null) this.#literal(1);
    else this.add("text", entity.text, entity.end);
  }

  // --------------------------------------------------------------- what has a closer

  #code(): void {
    const code = this.#ticks.codeAt(this.pos);
    if (code.text !== null) this.add("code", code.text, code.end);
    else {
      this.pending = true;
      this.#literal(code.end - this.pos);
    }
  }

  #angle(): void {
    const found = angleAt(this.#closers, this.pos);
    if (found === null) {
      if (/[A-Za-z/!?]/.test(this.text.charAt(this.pos + 1))) this.pending = true;
      this.#literal(1);
    } else if (found.href === undefined) {
      this.#openElements = Math.max(0, this.#openElements + found.nesting);
      this.add("html", found.text, found.end);
    } else {
      const link = this.add("link", "", found.end);
      link.href = found.href;
      link.append(new Span("text", found.text));
    }
  }

  #formulaHere(): boolean {
    const formula = this.context.extended ? formulaAt(this.#closers, this.pos) : null;
    if (formula === null) return false;
    if (formula.text === null) {
      this.pending = true;
      this.context.formulaBegun ||= !isPrice(this.text, this.pos);
    } else this.add("formula", formula.text, formula.end).display = formula.display;
    return formula.text !== null;
  }

  #marks(char: string): void {
    const { text, pos: start } = this;
    let end = start;
    while (text[end] === char) end++;
    const flanking = flanks(text, start, end);
    const isMark = (flanking.opens || flanking.closes) && !(char === "~" && end - start > 2);
    if (!isMark || this.delimiters.size >= MANY) this.addWords(text.slice(start, end), end);
    else this.delimiters.push(char, this.add("text", text.slice(start, end), end), flanking);
  }
}

function isBlank(char: string | undefined): boolean {
  return char === " " || char === "\t";
}
