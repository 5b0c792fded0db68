/** A text cut at the ranges that are marked in it. Pure. */

export interface Segment {
  readonly text: string;
  readonly marked: boolean;
}

/** Ranges count in UTF-16 units, and may come in any order; what lies outside the text is left out. */
export function segments(text: string, marks: readonly (readonly [number, number])[]): Segment[] {
  const found: Segment[] = [];
  const add = (from: number, to: number, marked: boolean): void => {
    if (to > from) found.push({ text: text.slice(from, to), marked });
  };
  let at = 0;
  for (const [from, to] of [...marks].sort((a, b) => a[0] - b[0])) {
    const [begin, end] = [Math.max(at, from), Math.min(text.length, to)];
    if (!(end > begin)) continue;
    add(at, begin, false);
    add(begin, end, true);
    at = end;
  }
  add(at, text.length, false);
  return found;
}

/** Where `words` stand in the text, whatever their case. */
export function places(text: string, words: readonly string[]): [number, number][] {
  const escaped = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  if (escaped.length === 0) return [];
  return [...text.matchAll(new RegExp(escaped.join("|"), "giu"))].map(({ index, 0: { length } }) => [
    index,
    index + length,
  ]);
}
