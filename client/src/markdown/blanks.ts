/** Blanks as Markdown has them: spaces, tabs and line ends. JavaScript counts a dozen characters more. */

const BLANKS = " \t\n";

export function isBlank(text: string): boolean {
  return trimEnd(text) === "";
}

export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && BLANKS.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

export function trim(text: string): string {
  let start = 0;
  while (start < text.length && BLANKS.includes(text.charAt(start))) start++;
  return trimEnd(text.slice(start));
}

export function spacesBefore(text: string, at: number): number {
  let from = at;
  while (from > 0 && text[from - 1] === " ") from--;
  return at - from;
}
