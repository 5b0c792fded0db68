/** What labels stand for in one text, and which words asked for them: a link may come before its target. */
import type { Definitions } from "./blocks/references";
import type { Context } from "./inline/parser";
import { type Definition, normalisedLabel } from "./inline/targets";

export interface Reader {
  startOver(): void;
}

export class References implements Context, Definitions {
  readonly #definitions = new Map<string, Definition>();
  readonly #notes = new Set<string>();
  /** By label, what was read with it, found or not. */
  readonly #askers = new Map<string, Set<Reader>>();
  /** What was read with a label that has come to mean something since. */
  readonly outdated = new Set<Reader>();
  /** Who is asking. */
  reader: Reader | null = null;
  /** Characters that were read for words, each time they were. */
  read = 0;
  /** There is one, probably, whose end has not come. */
  formulaBegun = false;
  /** A reference to a note has been drawn. */
  notesDrawn = false;

  constructor(readonly extended: boolean) {}

  define(definition: Definition): void {
    const label = normalisedLabel(definition.label);
    if (this.#definitions.has(label)) return;
    this.#definitions.set(label, definition);
    this.#outdate(label);
  }

  defineNote(label: string): void {
    const key = normalisedLabel(label);
    if (this.#notes.has(key)) return;
    this.#notes.add(key);
    this.#outdate(`^${key}`);
  }

  definition(label: string): Definition | undefined {
    const key = normalisedLabel(label);
    this.#ask(key);
    return this.#definitions.get(key);
  }

  hasNote(label: string): boolean {
    const key = normalisedLabel(label);
    this.#ask(`^${key}`);
    if (this.#notes.has(key)) this.notesDrawn = true;
    return this.#notes.has(key);
  }

  #ask(key: string): void {
    if (this.reader === null) return;
    const askers = this.#askers.get(key);
    if (askers === undefined) this.#askers.set(key, new Set([this.reader]));
    else askers.add(this.reader);
  }

  #outdate(key: string): void {
    for (const asker of this.#askers.get(key) ?? []) this.outdated.add(asker);
  }
}
