/** Mail addresses as they stand. By the rules of GFM: found last, in what is left as plain words. */
import { Span, insertAfter, unlink } from "./span";

const LOCAL = /[A-Za-z0-9._+-]/;
const DOMAIN = /[A-Za-z0-9._-]/;

interface Mail {
  readonly start: number;
  readonly end: number;
}

export function linkMail(list: Span): void {
  for (let child = list.first; child !== null; child = child.next) {
    if (child.kind === "link") continue;
    if (child.first !== null) linkMail(child);
    if (child.kind !== "text") continue;
    joinNeighbours(list, child);
    child = linkIn(list, child);
  }
}

/** An underscore that marks nothing has cut the words in two. */
function joinNeighbours(list: Span, span: Span): void {
  const parts = [span.text];
  for (let next = span.next; next?.kind === "text"; next = span.next) {
    parts.push(next.text);
    unlink(list, next);
  }
  span.text = parts.join("");
}

/** The span that stands last in the place of this one. */
function linkIn(list: Span, span: Span): Span {
  let words = span;
  for (let mail = mailIn(words.text); mail !== null; mail = mailIn(words.text)) {
    const address = words.text.slice(mail.start, mail.end);
    const link = new Span("link");
    link.href = `mailto:${address}`;
    link.bare = true;
    link.append(new Span("text", address));
    const rest = new Span("text", words.text.slice(mail.end));
    words.text = words.text.slice(0, mail.start);
    insertAfter(list, words, link);
    insertAfter(list, link, rest);
    words = rest;
  }
  return words;
}

function mailIn(text: string): Mail | null {
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    let start = at;
    while (start > 0 && LOCAL.test(text.charAt(start - 1))) start--;
    let end = at + 1;
    while (DOMAIN.test(text.charAt(end))) end++;
    while (text[end - 1] === ".") end--;
    const domain = text.slice(at + 1, end);
    const valid = /^[^.]+(?:\.[^.]+)+$/.test(domain) && !/[-_]$/.test(domain);
    if (start < at && valid && text[end] !== "@") return { start, end };
  }
  return null;
}
