/**
 * Text in pieces → lines for the machine.
 *
 * A line is held back for as long as its first characters may still become different things (`-` may
 * be a list, a rule or the end of a heading) and is handed over as soon as they cannot. It is usually
 * a matter of two or three characters. So no line is ever read twice, and nothing flickers.
 */
import type { Machine } from "./machine";

/** Marks of containers, which may stand before what decides. */
const CONTAINERS = /^(?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])|\[\^[^\]\s]+\]:)*/;
/** What follows them may still be several things, or nothing that counts. */
const UNDECIDED = new RegExp(
  [
    "[-+*_=:|~` \\t]*",
    "#{1,6}[ \\t]*",
    "\\d{1,9}[.)]?",
    "`{3,}[^`]*",
    "~{3}.*",
    "<(?:[A-Za-z/!?].*)?",
    "\\[(?:[ xX]\\]?[ \\t]*|[!^][^\\]]*\\]?[ \\t]*)?",
    "\\\\(?:\\[.*)?",
    "\\$(?:\\$.*)?",
  ]
    .map((kind) => `^${kind}$`)
    .join("|"),
  "s",
);
/** An element or an address with text behind it is no block of HTML. */
const INLINE_TAG = /^<(?:\/?[A-Za-z][^<>"'`]*>[ \t]*[^ \t]|[A-Za-z][A-Za-z0-9-]*[^A-Za-z0-9 \t/>-])/;
const BLOCK_TAG = /^<\/?(?:script|pre|textarea|style|details|summary)\b/i;
/** Undecided after so many characters, a line is looked at again only when it has grown by half. */
const LONG = 256;

export class Feed {
  #held = "";
  #lookAgainAt = 0;
  /** Half a line end, or half a character, that waits for its other half. */
  #half = "";
  #inLine = false;
  #atStart = true;
  /** Characters that were looked at, each time they were. */
  read = 0;

  constructor(readonly machine: Machine) {}

  /** What has come of a line nobody knows yet what it is. */
  get held(): string {
    return this.#held;
  }

  push(delta: string): void {
    let text = this.#half + delta;
    const last = text.charCodeAt(text.length - 1);
    const half = last === 0x0d || (last >= 0xd800 && last <= 0xdbff);
    this.#half = half ? text.slice(-1) : "";
    if (half) text = text.slice(0, -1);
    this.#take(text);
  }

  end(): void {
    this.#take(this.#half);
    this.#half = "";
    if (this.#held !== "") this.#line(this.#held);
    if (this.#inLine) this.machine.endLine();
    this.#held = "";
    this.machine.end();
  }

  #take(text: string): void {
    if (text === "") return;
    if (this.#atStart) text = text.replace(/^\uFEFF/, "");
    this.#atStart = false;
    const clean = text.replace(/\r\n?/g, "\n").replaceAll("\0", "\uFFFD");
    let from = 0;
    for (let to = clean.indexOf("\n"); to >= 0; to = clean.indexOf("\n", from)) {
      this.#more(clean.slice(from, to));
      this.#newline();
      from = to + 1;
    }
    if (from < clean.length) {
      this.#more(clean.slice(from));
      this.#decide();
    }
  }

  #more(text: string): void {
    if (!this.#inLine) this.#held += text;
    else if (text !== "") {
      this.read += text.length;
      this.machine.more(text);
    }
  }

  #newline(): void {
    if (!this.#inLine) this.#line(this.#held);
    this.machine.endLine();
    this.#inLine = false;
    this.#held = "";
    this.#lookAgainAt = 0;
  }

  #line(text: string): void {
    this.read += text.length;
    this.machine.read(text);
    this.#inLine = true;
  }

  #decide(): void {
    const held = this.#held;
    if (this.#inLine || held.length < this.#lookAgainAt) return;
    this.read += held.length;
    if (this.#isDecided(held)) {
      this.#held = "";
      this.#line(held);
    } else if (held.length > LONG) this.#lookAgainAt = held.length * 1.5;
  }

  #isDecided(text: string): boolean {
    const { tip } = this.machine;
    if (tip.kind === "html") return false;
    if (tip.kind === "formula" || (tip.kind === "code" && tip.fence !== null)) {
      const rest = this.machine.inside(text);
      if (rest !== null) return !/^[ \t]*[`~]*[ \t]*$/.test(rest);
    }
    const rest = text.slice(CONTAINERS.exec(text)?.[0].length ?? 0);
    return !UNDECIDED.test(rest) || (INLINE_TAG.test(rest) && !BLOCK_TAG.test(rest));
  }
}
