/** Addresses as they stand: `https://example.org/a`, `www.example.org`. By the rules of GFM. */
import type { Found } from "./targets";

const HOST = /(?:https?:\/\/|(?=www\.))((?:[\p{L}\p{N}\p{So}_-]+\.)*[\p{L}\p{N}\p{So}_-]+)/iuy;
const TRAILING = /[?!.,:*_~'"]/;

/** The address that begins here, with a scheme; and where it ends. */
export function addressAt(text: string, start: number, inBrackets: boolean): Found | null {
  HOST.lastIndex = start;
  const host = HOST.exec(text)?.[1];
  if (host === undefined || host.split(".").slice(-2).some((part) => part.includes("_"))) return null;
  const bare = /[wW]/.test(text.charAt(start));
  if (bare && host.split(".").length < 2) return null;
  let end = start;
  while (end < text.length && !/[\s<]/.test(text.charAt(end)) && !(inBrackets && text[end] === "]"))
    end++;
  end = withoutTrailing(text, start, end);
  return { text: (bare ? "http://" : "") + text.slice(start, end), end };
}

/** What ends the sentence rather than the address. */
function withoutTrailing(text: string, start: number, from: number): number {
  let end = from;
  let unmatched = 0;
  for (let at = start; at < end; at++)
    unmatched += text[at] === ")" ? 1 : text[at] === "(" ? -1 : 0;
  for (;;) {
    const last = text.charAt(end - 1);
    if (TRAILING.test(last)) end--;
    else if (last === ")" && unmatched > 0) {
      unmatched--;
      end--;
    } else if (last === ";") end = beforeEntity(text, start, end);
    else return end;
  }
}

/** `&amp;` at the end is no part of the address, and neither is the semicolon. */
function beforeEntity(text: string, start: number, end: number): number {
  let at = end - 2;
  while (at > start && /[A-Za-z0-9]/.test(text.charAt(at))) at--;
  return text[at] === "&" && at < end - 2 ? at : end - 1;
}
