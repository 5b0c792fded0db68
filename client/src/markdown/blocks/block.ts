/**
 * The blocks of a text: a tree that only ever grows at its end.
 *
 * Blocks hold text as it was written. What the text means is inline/'s, what it looks like dom/'s.
 */

export type Align = "left" | "center" | "right" | null;
export type Alert = "note" | "tip" | "important" | "warning" | "caution";

abstract class Node {
  abstract readonly kind: string;
  parent: Parent | null = null;
  /** More text may still come into it. */
  open = true;
  /** It turned out to be something else, or nothing to be shown. */
  gone = false;
  /** The last line that belongs to it. */
  end = 0;
  depth = 0;
  /** Its number among the blocks of its parent, counting those that are gone. */
  index = 0;
}

abstract class Container extends Node {
  readonly children: Block[] = [];
  /** How many children there ever were. */
  count = 0;
}

export class Document extends Container {
  readonly kind = "document";
}

export class Quote extends Container {
  readonly kind = "quote";
  alert: Alert | null = null;
}

export class List extends Container {
  readonly kind = "list";
  loose = false;
  constructor(
    /** The bullet, or the delimiter after the number. */
    readonly mark: string,
    readonly start: number | null,
  ) {
    super();
  }
}

export class Item extends Container {
  readonly kind = "item";
  /** Ticked, to be ticked, or no task. */
  task: boolean | null = null;
  constructor(
    /** Columns that lines of this item are indented by. */
    readonly indent: number,
  ) {
    super();
  }
}

/** What `[^label]` stands for. */
export class Note extends Container {
  readonly kind = "note";
  constructor(readonly label: string) {
    super();
  }
}

/** `<details>`, the one raw element that holds blocks. */
export class Details extends Container {
  readonly kind = "details";
  /** Its end tag has been seen. */
  closed = false;
}

export class Table extends Container {
  readonly kind = "table";
  constructor(readonly aligns: readonly Align[]) {
    super();
  }
}

/** Text that is read for emphasis, links and the like: a paragraph, or a heading of some level. */
export class Words extends Node {
  readonly kind = "words";
  text = "";
  /** Kept by itself: to look for it in lines that are still being joined is to have all of them copied. */
  lastLine = "";
  /** How often what seemed to be a formula in it was none. */
  mistaken = 0;
  /** How often its text lost a part, which was a definition or the head of a table. */
  cuts = 0;
  constructor(
    /** 1 to 6, or 0 for a paragraph. */
    public level = 0,
  ) {
    super();
  }

  /** Another line of it, or several. */
  add(text: string): void {
    this.text += this.text === "" ? text : `\n${text}`;
    this.lastLine = text.slice(text.lastIndexOf("\n") + 1);
  }
}

export class Summary extends Node {
  readonly kind = "summary";
  constructor(public text: string) {
    super();
  }
}

export class Row extends Node {
  readonly kind = "row";
  constructor(public text: string) {
    super();
  }
}

/** Text that is shown as it is: its lines, of which the newest may still grow. */
abstract class Verbatim extends Node {
  readonly lines: string[] = [];
}

export interface Fence {
  readonly char: string;
  readonly length: number;
  readonly indent: number;
}

export class Code extends Verbatim {
  readonly kind = "code";
  constructor(
    /** Without a fence it is code by its indentation. */
    readonly fence: Fence | null,
    readonly info: string,
  ) {
    super();
  }
}

export class Html extends Verbatim {
  readonly kind = "html";
  constructor(readonly type: number) {
    super();
  }
}

export class Formula extends Verbatim {
  readonly kind = "formula";
  /** Its closer has been seen. */
  closed = false;
  constructor(
    readonly opener: string,
    /** The paragraph it stands in the middle of, which it falls back to if it never closes. */
    readonly within: Words | null,
  ) {
    super();
  }
}

export class Rule extends Node {
  readonly kind = "rule";
}

export type Parent = Document | Quote | List | Item | Note | Details | Table;
export type Leaf = Words | Summary | Row | Code | Html | Formula | Rule;
export type Block = Parent | Leaf;

export function isParent(block: Block): block is Parent {
  return "children" in block;
}
