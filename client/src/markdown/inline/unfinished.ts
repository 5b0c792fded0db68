/**
 * What a paragraph will probably mean once its last characters have arrived.
 *
 * Only for the eye while text streams: `**bol` is shown bold, not with two asterisks. The finished
 * text is read again without this. Only marks that are certain to be marks are touched, and nothing
 * but the end of the text is: what is settled by then stays as it is.
 */

const LINK_TARGET = /\[[^[\]]*(\]\([^()\s]*)$/;
const MARK = /\\[\s\S]|`+|\*+|~~+/g;

export interface Mended {
  readonly text: string;
  /** The bracket whose link's target has not come in full. */
  readonly link: number | null;
}

/** The same words with their open marks closed. */
export function mend(text: string): Mended {
  const target = LINK_TARGET.exec(text)?.[1];
  if (target === undefined) return { text: mendMarks(text), link: null };
  const link = text.length - target.length;
  return { text: mendMarks(text.slice(0, link + 1)), link };
}

/** How many characters at the beginning are as they were. */
export function certainLength(text: string, mended: string): number {
  let length = Math.min(text.length, mended.length);
  if (text.startsWith(mended) || mended.startsWith(text)) return length;
  for (length = 0; text[length] === mended[length]; ) length++;
  return length;
}

function mendMarks(text: string): string {
  const open: string[] = [];
  MARK.lastIndex = 0;
  for (let found = MARK.exec(text); found !== null; found = MARK.exec(text)) {
    const mark = found[0];
    if (mark.startsWith("\\")) continue;
    if (mark.startsWith("`")) {
      const close = closingTicks(text, mark, MARK.lastIndex);
      if (close < 0) return mendCode(text, found.index, mark, open);
      MARK.lastIndex = close;
    } else if (MARK.lastIndex === text.length && !closes(text, found.index, mark, open)) {
      return close(text.slice(0, found.index), open);
    } else {
      note(text, found.index, mark, open);
    }
  }
  return close(text, open);
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

/** So many marks are open at once in no text that means them. */
const MOST_OPEN = 16;

function close(text: string, open: readonly string[]): string {
  if (open.length === 0 || open.length > MOST_OPEN) return text;
  return text.trimEnd() + [...open].reverse().join("");
}
