/**
 * Texts whose words may be so long that the browser takes seconds to break them: with kerning, all that stands
 * behind the place where a word is broken is set anew for each of its lines.
 *
 * Somebody's key, a picture in letters. An answer has boxes for such words (`markdown/dom/longWords.ts`).
 */

/** Letters. One word of so many is set in some milliseconds. */
const FEW = 2000;

/** The classes of an element that shows the text. */
export function kerning(text: string): { unkerned: boolean } {
  return { unkerned: text.length > FEW };
}
