/**
 * Lines → blocks, by the algorithm of the CommonMark specification. Each line is read once.
 *
 * A line may come in part, as soon as feed.ts knows what it is; the rest of it then goes straight
 * into the block it belongs to. So nothing is ever taken back. What a line may begin is starting.ts,
 * what it goes on in continuing.ts; how blocks end is closing.ts.
 */
import { type Block, Document, List, type Parent, Row, Words, isParent } from "./block";
import { close, dropClosingMarks } from "./closing";
import { goesOn, lastOpen } from "./continuing";
import { isOver } from "./formulas";
import { htmlClosedBy } from "../html";
import { Line } from "./line";
import type { Definitions } from "./references";
import { type Started, start } from "./starting";

/** So many blocks may stand in one another; what would be deeper is text. */
const DEEPEST = 100;

export class Machine {
  readonly document = new Document();
  /** The blocks that are not what they were, oldest first. Who draws them empties it. */
  readonly changed = new Set<Block>();
  /** The innermost open block. */
  tip: Block = this.document;
  /** The innermost block the line goes on in. What is open below it ends, unless the line is lazy. */
  #matched: Block = this.document;
  #number = 0;

  constructor(
    readonly definitions: Definitions,
    /** More than CommonMark: tables, tasks, footnotes, formulas, alerts, details. */
    readonly extended: boolean,
  ) {}

  /** A line, or the beginning of one if it is certain what it is. */
  read(text: string): void {
    this.#number++;
    const line = new Line(text);
    if (!this.#match(line)) return;
    const started = this.#begin(line);
    if (started !== "done") this.#place(line);
  }

  /** More of the line that was read in part. */
  more(text: string): void {
    const { tip } = this;
    if (tip.kind === "words") tip.lastLine += text;
    if ("text" in tip) tip.text += text;
    else if ("lines" in tip) tip.lines[tip.lines.length - 1] += text;
    this.changed.add(tip);
  }

  endLine(): void {
    const { tip } = this;
    if (tip.kind === "words" && tip.level > 0) dropClosingMarks(tip);
    else if (tip.kind === "formula" ? !isOver(tip) : tip.kind !== "row") return;
    this.close(tip);
  }

  /** The text has ended. */
  end(): void {
    while (this.tip !== this.document) this.close(this.tip);
    this.document.open = false;
  }

  /** Would the line, or what there is of it, go on in the innermost block? What is left of it, if so. */
  inside(text: string): string | null {
    const line = new Line(text);
    let block: Block = this.document;
    for (let inner = lastOpen(block); inner !== null; inner = lastOpen(block)) {
      if (goesOn(inner, line) !== "goes on") return null;
      block = inner;
    }
    return line.remainder();
  }

  // ------------------------------------------------------------ for what may start

  /** Is there a paragraph that would go on with this line, although the line is in fewer blocks? */
  get isLazy(): boolean {
    return this.#matched !== this.tip && this.tip.kind === "words";
  }

  mayNest(): boolean {
    return this.#matched.depth < DEEPEST;
  }

  /** End what the line does not go on in. The innermost block that is left. */
  settle(): Block {
    while (this.tip !== this.#matched) this.close(this.tip);
    return this.tip;
  }

  add<Kind extends Block>(block: Kind): Kind {
    this.settle();
    while (!mayHold(this.tip, block)) this.close(this.tip);
    const parent = this.tip as Parent;
    const before = parent.children.at(-1);
    if (before !== undefined && before.end < this.#number - 1) this.#loosen(parent);
    this.adopt(parent, block);
    this.#matched = block;
    this.#touch(block);
    return block;
  }

  /** Put a block below another, whatever the line at hand goes on in. */
  adopt(parent: Parent, block: Block): void {
    block.parent = parent;
    block.depth = parent.depth + 1;
    block.index = parent.count++;
    parent.children.push(block);
    this.tip = block;
    this.changed.add(block);
  }

  addClosed(block: Block): void {
    this.add(block);
    this.close(block);
  }

  close(block: Block): void {
    close(this, block);
    if (this.#matched === block) this.#matched = this.tip;
  }

  // ------------------------------------------------------------------ one line

  /** Follow the open blocks as far as the line goes on in them. False: it was the end of one. */
  #match(line: Line): boolean {
    let touched: Block | null = null;
    let ended = false;
    this.#matched = this.document;
    for (let inner = lastOpen(this.document); inner !== null && !ended; inner = lastOpen(inner)) {
      const answer = goesOn(inner, line);
      if (answer === "stops") break;
      this.#matched = inner;
      ended = answer === "ends";
      if (inner.kind !== "list" && (!line.blank || holdsBlanks(inner))) touched = inner;
    }
    if (touched !== null) this.#touch(touched);
    if (ended) this.#endBlock();
    return !ended;
  }

  /** The line was the end of the innermost block it went on in. */
  #endBlock(): void {
    const block = this.settle();
    if (block.kind === "details") block.closed = true;
    this.close(block);
  }

  /** Begin what the line begins, one block in another. */
  #begin(line: Line): Started {
    for (;;) {
      const into = this.#matched;
      if ("lines" in into || (into.kind === "words" && into.level > 0)) return null;
      const started = start(this, line, into);
      if (started !== "container") return started;
    }
  }

  /** Put the text of the line where it belongs. */
  #place(line: Line): void {
    if (this.isLazy && !line.blank) {
      this.#write(line);
      return;
    }
    this.settle();
    if (!("lines" in this.tip) && this.tip.kind !== "words") {
      if (line.blank) return;
      this.add(this.tip.kind === "table" ? new Row("") : new Words());
    }
    this.#write(line);
  }

  #write(line: Line): void {
    const { tip } = this;
    this.#touch(tip);
    this.changed.add(tip);
    if (tip.kind === "words") tip.add(line.rest);
    else if (tip.kind === "row") tip.text = line.rest;
    else if ("lines" in tip) tip.lines.push(line.remainder());
    if (tip.kind === "html" && htmlClosedBy(tip.type, line.rest)) this.close(tip);
  }

  #touch(block: Block): void {
    for (let at: Block | null = block; at !== null; at = at.parent) at.end = this.#number;
  }

  /** Two neighbours with a blank line between them make their list a loose one. */
  #loosen(parent: Parent): void {
    const list = parent.kind === "item" ? parent.parent : parent;
    if (!(list instanceof List) || list.loose) return;
    list.loose = true;
    for (const item of list.children)
      for (const block of isParent(item) ? item.children : [])
        if (block.kind === "words") this.changed.add(block);
  }
}

function mayHold(parent: Block, child: Block): boolean {
  if (parent.kind === "list") return child.kind === "item";
  if (parent.kind === "table") return child.kind === "row";
  return isParent(parent) && child.kind !== "item";
}

/** A line of it with nothing on it still is a line of it. */
function holdsBlanks(block: Block): boolean {
  return block.kind === "quote" || block.kind === "html" || (block.kind === "code" && block.fence !== null);
}
