/**
 * Blocks → elements on the page: draws what changed since the last time, and touches nothing else.
 *
 * What one block looks like, and how it changes, is views.ts.
 */
import type { Block, Parent } from "../blocks/block";
import type { Machine } from "../blocks/machine";
import type { Hooks } from "../hooks";
import type { References } from "../references";
import { directionOf } from "./direction";
import { LongText } from "./longText";
import { Notes } from "./notes";
import { Outline } from "./outline";
import { create } from "./patch";
import { Sections } from "./sections";
import { drawWaiting, noteSelection } from "./selected";
import { TableView } from "./table";
import { Tail } from "./tail";
import { h } from "./tree";
import { type Shared, type View, viewOf } from "./views";

export class Drawing {
  readonly #views = new Map<Block, View>();
  readonly #shared: Shared;
  readonly #sections: Sections;
  readonly #notes: Notes;
  readonly #tail: Tail;
  /** Blocks that read their own way, whose first letter may still come, or turn out to be none of theirs. */
  readonly #undirected = new Map<Block, View>();
  /** Tables with another row that is complete. */
  readonly #grown = new Set<TableView>();
  #held: HTMLElement | null = null;
  #heldText = "";
  #heldWords: LongText | null = null;

  constructor(
    readonly target: HTMLElement,
    readonly machine: Machine,
    readonly references: References,
    readonly hooks: Hooks,
  ) {
    this.#shared = { references, hooks, outline: new Outline() };
    this.#sections = new Sections(target);
    this.#notes = new Notes(target);
    this.#tail = new Tail(target);
  }

  /** Words that have come to mean something else are read again only while `goOn` says so. False: some are left. */
  draw(goOn: () => boolean): boolean {
    noteSelection();
    for (const block of this.machine.changed) this.#drawBlock(block);
    for (const table of this.#grown) table.hold();
    this.#grown.clear();
    this.machine.changed.clear();
    for (const [block, view] of this.#undirected) this.#direct(block, view);
    const { references } = this;
    for (const reader of references.outdated) {
      if (!goOn()) break;
      references.outdated.delete(reader);
      reader.startOver();
    }
    const ended = !this.machine.document.open;
    if (ended) drawWaiting(this.target);
    if (references.notesDrawn || this.#notes.changed || ended) this.#notes.number();
    references.notesDrawn = false;
    if (references.formulaBegun) this.hooks.formulaBegun?.();
    references.formulaBegun = false;
    return references.outdated.size === 0;
  }

  /** A line that is held back for long is shown as it is, so that nobody waits before a still page. */
  drawHeld(text: string): void {
    const shown = text.length > LONGEST ? text : "";
    if (shown === this.#heldText) return;
    this.#held ??= this.target.appendChild(create(h("p", { class: "source" })) as HTMLElement);
    if (!shown.startsWith(this.#heldText) || this.#heldText === "") this.#heldWords = new LongText(this.#held);
    this.#heldWords?.draw(shown);
    this.#heldText = shown;
    if (shown !== "") return;
    this.#held.remove();
    this.#held = null;
  }

  /** Show where more will come, as long as it may. */
  markEnd(): void {
    this.#tail.follow(this.machine.document.open);
  }

  #drawBlock(block: Block): void {
    if (block.kind === "document") return;
    const view = this.#views.get(block);
    const table = block.kind === "row" && !block.open && block.parent && this.#views.get(block.parent);
    if (table instanceof TableView) this.#grown.add(table);
    if (block.gone) {
      if (view !== undefined) this.#sections.remove(view.element);
      this.#views.delete(block);
      this.#undirected.delete(block);
    } else if (view === undefined) {
      if (!mayVanish(block)) this.#place(block);
    } else {
      view.draw();
      this.#noteDirection(block, view);
    }
  }

  #place(block: Block): void {
    const view = viewOf(block, this.#shared);
    this.#views.set(block, view);
    if (block.kind === "formula") this.references.formulaBegun = true;
    const { parent } = block;
    view.draw();
    this.#noteDirection(block, view);
    if (block.kind === "note") this.#notes.add(block.label, view.element);
    else if (parent?.kind === "document") this.#sections.append(view.element, block.index);
    else if (parent !== null) this.#holder(parent, block).append(view.element);
    this.hooks.placed?.(view.element);
  }

  #noteDirection(block: Block, view: View): void {
    const isOutermost = block.parent?.kind === "document" || block.kind === "note";
    // What is folded away may read another way than what it stands in.
    const hasOwn = isOutermost || block.kind === "details";
    if (hasOwn && view.element.dir === "") this.#undirected.set(block, view);
  }

  #direct(block: Block, { element }: View): void {
    const direction = directionOf(block);
    if (direction === null) element.removeAttribute("dir");
    else if (element.dir !== direction) element.dir = direction;
    if (!block.open) this.#undirected.delete(block);
  }

  /** The element that children of a block stand in. */
  #holder(parent: Parent, child: Block): Element {
    const element = this.#views.get(parent)?.element ?? this.target;
    if (parent.kind !== "table") return element;
    const table = element.querySelector("table") ?? element;
    const part = child.index === 0 ? "thead" : "tbody";
    const last = table.lastElementChild;
    return last?.localName === part ? last : table.appendChild(create(h(part)) as Element);
  }
}

/** A definition of a link, the head of a table: shown as text, they would flash up and be gone. */
const DEFINITION = /^\[[^\]]*\]:[ \t]*\n?[ \t]*\S*[ \t]*(?:\n?[ \t]*(?:["'(][^\n]*)?)?$/;
const TABLE_HEAD = /^\|[^\n]*$/;
/** Longer than any head, it is to be seen. */
const LONGEST = 400;

function mayVanish(block: Block): boolean {
  if (block.kind !== "words" || !block.open || block.level > 0) return false;
  const { text } = block;
  return text.length < LONGEST && (DEFINITION.test(text) || TABLE_HEAD.test(text));
}
