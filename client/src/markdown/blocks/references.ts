/** `[label]: address "title"`: what a link by reference leads to. */
import { type Definition, destinationAt, labelAt, titleAt } from "../inline/targets";

export interface FoundDefinition extends Definition {
  /** Where the text goes on. */
  readonly end: number;
}

export interface Definitions {
  define(definition: Definition): void;
  defineNote(label: string): void;
}

/** The definition that begins at this place of a paragraph, with nothing else on its lines. */
export function readDefinition(text: string, start: number): FoundDefinition | null {
  const from = skipBlanks(text, start, false);
  const label = labelAt(text, from);
  if (label === null || text[label.end] !== ":" || label.text.trim() === "") return null;
  const destination = destinationAt(text, skipBlanks(text, label.end + 1, true));
  if (destination === null) return null;
  const found = { label: label.text, destination: destination.text, title: "" };
  const before = skipBlanks(text, destination.end, true);
  const title = before > destination.end ? titleAt(text, before) : null;
  const titled = title === null ? null : lineEnd(text, title.end);
  if (title !== null && titled !== null) return { ...found, title: title.text, end: titled };
  const end = lineEnd(text, destination.end);
  return end === null ? null : { ...found, end };
}

/** Blanks, with at most one line end among them if one may be crossed. */
function skipBlanks(text: string, from: number, acrossLine: boolean): number {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at++;
  return acrossLine && text[at] === "\n" ? skipBlanks(text, at + 1, false) : at;
}

/** Where the next line begins if nothing but blanks stands on the rest of this one. */
function lineEnd(text: string, from: number): number | null {
  const at = skipBlanks(text, from, false);
  if (at >= text.length) return at;
  return text[at] === "\n" ? at + 1 : null;
}
