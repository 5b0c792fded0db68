/** What begins with `<`: an address, or raw HTML. */
import { CLOSE_TAG, OPEN_TAG } from "../html";
import type { Closers } from "./closers";

export interface AngleAt {
  readonly text: string;
  readonly end: number;
  /** Of an address, where it leads. */
  readonly href?: string;
  /** Of a tag: one more element is open behind it, or one less. */
  readonly nesting: -1 | 0 | 1;
}

const ADDRESS = /<([A-Za-z][A-Za-z0-9.+-]{1,31}:[^<> \p{Cc}]*)>/uy;
const NAME = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
const MAIL = new RegExp(`<([a-zA-Z0-9.!#$%&'*+/=?^_\`{|}~-]+@${NAME}(?:\\.${NAME})*)>`, "y");
const TAG = new RegExp(`${OPEN_TAG}|${CLOSE_TAG}`, "y");
const SHORT_COMMENT = /<!--(?:-)?>/y;
/** What stands around comments, instructions, declarations and CDATA. */
const WRAPPED: readonly (readonly [RegExp, string])[] = [
  [/<!--/y, "-->"],
  [/<\?/y, "?>"],
  [/<!\[CDATA\[/y, "]]>"],
  [/<![A-Za-z]/y, ">"],
];

export function angleAt(closers: Closers, start: number): AngleAt | null {
  const { text } = closers;
  const address = match(ADDRESS, text, start);
  if (address !== null) return found(address, start, address[1]);
  const mail = match(MAIL, text, start);
  if (mail !== null) return found(mail, start, `mailto:${mail[1] ?? ""}`);
  const tag = match(TAG, text, start) ?? match(SHORT_COMMENT, text, start);
  if (tag !== null) return found(tag, start);
  for (const [opener, closer] of WRAPPED) {
    const open = match(opener, text, start);
    const close = open === null ? -1 : closers.find(closer, start + open[0].length);
    if (close >= 0) return raw(text.slice(start, close + closer.length), start);
  }
  return null;
}

function match(pattern: RegExp, text: string, start: number): RegExpExecArray | null {
  pattern.lastIndex = start;
  return pattern.exec(text);
}

function found(result: RegExpExecArray, start: number, href?: string): AngleAt {
  if (href === undefined) return raw(result[0], start);
  return { text: result[1] ?? "", end: start + result[0].length, href, nesting: 0 };
}

function raw(text: string, start: number): AngleAt {
  const element = /^<(\/?)(?:sub|sup|kbd|mark)>$/i.exec(text);
  const nesting = element === null ? 0 : element[1] === "" ? 1 : -1;
  return { text, end: start + text.length, nesting };
}
