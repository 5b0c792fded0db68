/** JSON cut into pieces that are coloured: keys, strings, numbers, words, marks. Pure. */

export interface JsonToken {
  readonly kind: "property" | "string" | "number" | "keyword" | "punctuation";
  readonly text: string;
}

const TOKEN =
  /("(?:[^"\\]|\\.)*")(?=(\s*:)?)|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[^"\d\-tfn]+|./gs;

export function jsonTokens(text: string): JsonToken[] {
  return [...text.matchAll(TOKEN)].map((match) => ({ kind: kindOf(match), text: match[0] }));
}

function kindOf(match: RegExpExecArray): JsonToken["kind"] {
  if (match[1] !== undefined) return match[2] === undefined ? "string" : "property";
  if (/^-?\d/.test(match[0])) return "number";
  return /^(?:true|false|null)$/.test(match[0]) ? "keyword" : "punctuation";
}
