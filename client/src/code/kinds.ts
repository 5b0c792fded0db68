/** What a piece of code can be, as far as its colour goes. They are numbered by their order. */

export const KINDS = [
  "plain",
  "keyword",
  "string",
  "function",
  "number",
  "property",
  "comment",
  "punctuation",
  "inserted",
  "deleted",
] as const;

export type Kind = (typeof KINDS)[number];
