/**
 * One element's words, drawn again whenever there are more of them.
 *
 * What the parser calls settled is not read again, and its nodes are not touched. The rest is compared
 * with what stands there, so that text which only grows is appended to its node.
 */
import { trimEnd } from "../blanks";
import { awaitNames } from "../inline/entities";
import { Parser } from "../inline/parser";
import { certainLength, mend } from "../inline/unfinished";
import type { References } from "../references";
import { LongText } from "./longText";
import { joinWords } from "./longWords";
import { Measure } from "./measure";
import { firstLoss, patch } from "./patch";
import { keepSelection, selectedIn, whenUnselected } from "./selected";
import { nodesOf } from "./spans";
import type { VNode } from "./tree";

/** Of text that cannot be settled, so much is read again at every drawing … */
const SHORT = 1024;
/** … and what is longer only when it has grown by half: three times its length in all. */
const GROWN = 1.5;
/** A text node is copied whenever it grows, so it may only grow so far. */
const LONGEST_NODE = 4096;

export class Leaf {
  element: HTMLElement;
  readonly #references: References;
  #text = "";
  #open = true;
  /** How much of the text is settled, and its nodes. A text at their end is carried into the rest. */
  #settled = 0;
  readonly #done: VNode[] = [];
  #carried = "";
  #rest: readonly VNode[] = [];
  /** How long the rest was when it was last read. */
  #restRead = 0;
  #long: LongText | null = null;
  #measure = new Measure();
  /** Something is selected that would be lost if it were read again. Until then it only grows. */
  #waits = false;

  constructor(element: HTMLElement, references: References) {
    this.element = element;
    this.#references = references;
  }

  draw(text: string, open: boolean): void {
    if (text === this.#text && open === this.#open) return;
    const before = this.#text.length;
    this.#text = text;
    this.#open = open;
    if (this.#measure.exceededBy(text)) {
      this.#drawLong();
      return;
    }
    const longer = text.length - this.#settled;
    const isLong = open && longer > SHORT && longer < this.#restRead * GROWN;
    if (isLong || this.#waits) this.#append(text.slice(before));
    else this.#readRest(text.slice(before));
  }

  /** Nothing is selected any more, or nobody waits any longer. */
  redraw(): void {
    if (!this.#waits || this.#long !== null) return;
    keepSelection(this.element, () => {
      this.#readRest("", true);
      return this.element;
    });
  }

  /** A label in it has come to mean something, or its beginning was something else. */
  startOver(text = this.#text): void {
    if (this.#long !== null) {
      if (text === this.#text) return;
      this.#long = null;
      this.#done.length = 0;
      this.#rest = [];
      this.element.replaceChildren();
    }
    this.#rest = [...this.#done, ...this.#rest];
    this.#settled = this.#done.length = this.#restRead = 0;
    this.#carried = "";
    this.#text = text;
    this.#measure = new Measure();
    if (this.#measure.exceededBy(text)) this.#drawLong();
    else this.#readRest();
  }

  #drawLong(): void {
    this.#long ??= new LongText(this.element);
    this.#long.draw(this.#text);
  }

  /** Read what is not settled, and show it; or no more than what of it is `fresh`, if that must wait. */
  #readRest(fresh = "", atOnce = false): void {
    const rest = this.#text.slice(this.#settled);
    const { text, link } = this.#open ? mend(rest) : { text: trimEnd(rest), link: null };
    this.#references.read += text.length;
    this.#restRead = rest.length;
    this.#references.reader = this;
    const parser = new Parser(text, this.#references, certainLength(rest, text), link);
    this.#references.reader = null;
    awaitNames(this);
    const settled = joinWords([this.#carried, ...nodesOf(parser.settled)]);
    const last = settled.at(-1);
    const carried = this.#open && typeof last === "string" && last.length < LONGEST_NODE ? last : "";
    const others = nodesOf(parser.open);
    const joins = carried !== "" || !this.#open;
    const now = joins ? joinWords([...settled, ...others]) : [...settled, ...joinWords(others)];
    this.#waits = !atOnce && this.#wouldLose(now);
    if (this.#waits) this.#append(fresh);
    else {
      this.#show(now);
      if (this.#open) this.#settle(carried === "" ? settled : settled.slice(0, -1), carried, parser.settledLength);
    }
  }

  #settle(done: readonly VNode[], carried: string, length: number): void {
    this.#carried = carried;
    for (const node of done) this.#done.push(node);
    this.#rest = this.#rest.slice(done.length);
    this.#settled += length;
    this.#restRead -= length;
  }

  /** Is something selected that would not be there any more? */
  #wouldLose(now: readonly VNode[]): boolean {
    if (selectedIn(this.element) === null) return false;
    const loss = firstLoss(this.element, this.#rest, now);
    if (loss === null || selectedIn(this.element, loss) === null) return false;
    whenUnselected(this);
    return true;
  }

  #append(fresh: string): void {
    if (fresh !== "") this.#show(joinWords([...this.#rest, fresh]));
  }

  #show(now: readonly VNode[]): void {
    patch(this.element, this.#rest, now);
    this.#rest = now;
  }
}
