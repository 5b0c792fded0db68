/** The parts of a link behind its text: `[label]`, `<destination>`, `"title"`. */
import { entityAt } from "./entities";

export interface Found {
  /** As it was written, without its marks. */
  readonly text: string;
  readonly end: number;
}

/** What a label stands for; its parts as they were written. */
export interface Definition {
  readonly label: string;
  readonly destination: string;
  readonly title: string;
}

const LONGEST_LABEL = 999;
const DEEPEST_PARENTHESES = 32;
const ESCAPABLE = /[!-/:-@[-`{-~]/;

export function isEscapable(char: string | undefined): boolean {
  return char !== undefined && ESCAPABLE.test(char);
}

/** Backslashes and entities, resolved. */
export function unescape(text: string): string {
  if (!/[\\&]/.test(text)) return text;
  let result = "";
  for (let at = 0; at < text.length; ) {
    const entity = text[at] === "&" ? entityAt(text, at) : null;
    if (entity !== null) {
      result += entity.text;
      at = entity.end;
    } else {
      if (text[at] === "\\" && isEscapable(text[at + 1])) at++;
      result += text.charAt(at++);
    }
  }
  return result;
}

export function labelAt(text: string, start: number): Found | null {
  if (text[start] !== "[") return null;
  for (let at = start + 1; at < text.length && at - start <= LONGEST_LABEL + 1; at++) {
    if (text[at] === "]") return { text: text.slice(start + 1, at), end: at + 1 };
    if (text[at] === "[") return null;
    if (text[at] === "\\" && isEscapable(text[at + 1])) at++;
  }
  return null;
}

/** Labels are the same whatever their case and blanks. */
export function normalisedLabel(label: string): string {
  const words = /\s/.test(label) ? label.trim().replace(/\s+/g, " ") : label;
  return words.toLowerCase().toUpperCase();
}

export function destinationAt(text: string, start: number): Found | null {
  return text[start] === "<" ? bracketed(text, start) : bare(text, start);
}

function bracketed(text: string, start: number): Found | null {
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === ">") return { text: text.slice(start + 1, at), end: at + 1 };
    if (char === "<" || char === "\n") return null;
    if (char === "\\" && isEscapable(text[at + 1])) at++;
  }
  return null;
}

function bare(text: string, start: number): Found | null {
  let depth = 0;
  let at = start;
  for (; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\" && isEscapable(text[at + 1])) at++;
    else if (char === "(" && ++depth > DEEPEST_PARENTHESES) return null;
    else if (char === ")" && --depth < 0) break;
    else if (char <= " " || char === "\x7f") break;
  }
  if (at === start || depth > 0) return null;
  return { text: text.slice(start, at), end: at };
}

const CLOSERS: Readonly<Record<string, string>> = { '"': '"', "'": "'", "(": ")" };

export function titleAt(text: string, start: number): Found | null {
  const opener = text.charAt(start);
  const closer = CLOSERS[opener];
  if (closer === undefined) return null;
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === closer) return { text: text.slice(start + 1, at), end: at + 1 };
    if (char === "(" && opener === "(") return null;
    if (char === "\\" && isEscapable(text[at + 1])) at++;
  }
  return null;
}

/** An address as it may stand in an attribute: what is not allowed there is percent-encoded. */
export function encoded(address: string): string {
  return address
    .replace(/[^A-Za-z0-9;/?:@&=+$,\-_.!~*'()#%]+/g, (part) => encodeURIComponent(part.replace(/\p{Cs}/gu, "\uFFFD")))
    .replace(/%(?![0-9A-Fa-f]{2})/g, "%25");
}
