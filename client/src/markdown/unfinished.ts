/**
 * What a paragraph will probably mean once its last characters have arrived.
 *
 * Only for the eye while text streams: `**bol` is shown bold, not with two asterisks. The finished
 * text is read again without this. Only marks that are certain to be marks are touched.
 */

const LINK_TARGET = /!?\[([^[\]]*)\]\([^()\s]*$/;
const MARK = /\\[\s\S]|`+|\*+|~~+/g;

/** The same words with their open marks closed. */
export function mend(text: string): string {
  const linkless = text.replace(LINK_TARGET, "$1");
  const open: string[] = [];
  MARK.lastIndex = 0;
  for (let found = MARK.exec(linkless); found !== null; found = MARK.exec(linkless)) {
    const mark = found[0];
    if (mark.startsWith("\\")) continue;
    if (mark.startsWith("`")) {
      const close = closingTicks(linkless, mark, MARK.lastIndex);
      if (close < 0) return mendCode(linkless, found.index, mark, open);
      MARK.lastIndex = close;
    } else if (MARK.lastIndex === linkless.length && !closes(linkless, found.index, mark, open)) {
      return close(linkless.slice(0, found.index), open);
    } else {
      note(linkless, found.index, mark, open);
    }
  }
  return close(linkless, open);
}

function closingTicks(text: string, ticks: string, from: number): number {
  const runs = /`+/g;
  runs.lastIndex = from;
  for (let run = runs.exec(text); run !== null; run = runs.exec(text)) {
    if (run[0].length === ticks.length) return runs.lastIndex;
  }
  return -1;
}

function mendCode(text: string, at: number, ticks: string, open: readonly string[]): string {
  const code = text.slice(at + ticks.length);
  if (code.replace(/`+$/, "").trim() === "") return close(text.slice(0, at), open);
  return close(text.replace(/`+$/, "") + ticks, open);
}

function closes(text: string, at: number, mark: string, open: readonly string[]): boolean {
  return open.at(-1) === mark && !/\s/.test(text[at - 1] ?? " ");
}

function note(text: string, at: number, mark: string, open: string[]): void {
  if (closes(text, at, mark, open)) open.pop();
  else if (mark.length <= 3 && !/\s/.test(text[at + mark.length] ?? " ")) open.push(mark);
}

function close(text: string, open: readonly string[]): string {
  if (open.length === 0) return text;
  return text.trimEnd() + [...open].reverse().join("");
}
