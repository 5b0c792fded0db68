/**
 * How much work a formula may make. Its source is a stranger's.
 *
 * Without macros of its own it can make only as much as it is long. With them a hundred characters
 * could become a million, so what each expansion may add is counted against the same length.
 */

/** Characters. The slowest formula of this length took half a second, usual ones a millisecond. */
export const LONGEST = 5_000;
const MOST_EXPANSIONS = 1_000;
const MOST_EXPANDED = 20_000;

const DEFINES = /\\(?:[egx]?def|let|futurelet|(?:new|renew|provide)command)(?![a-zA-Z])/;

/** How many macros may be expanded in it; null if it is not to be drawn at all. */
export function expansionsOf(source: string): number | null {
  if (source.length > LONGEST) return null;
  if (!DEFINES.test(source)) return MOST_EXPANSIONS;
  return Math.min(MOST_EXPANSIONS, Math.floor(MOST_EXPANDED / source.length));
}
