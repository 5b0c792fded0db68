/**
 * Words of a thousand letters: what was encoded, or is meant to hold up the page.
 *
 * Most fonts move a letter by what its neighbours are, so wherever the browser breaks such a word it sets all
 * the rest of it anew: a second for sixteen thousand letters, ten for fifty thousand. They stand in boxes, of
 * which prose.css says more; then only what is in one of them is set anew.
 */
import { type VElement, type VNode, h, joinTexts } from "./tree";

const LONG = 1000;
const LETTERS_PER_BOX = 4096;
/** Between letters of what is written without blanks (from Thai to Korean), and between faces, a line may break. */
const LETTER =
  /[^\s\u0E00-\u109F\u1100-\u11FF\u1780-\u17FF\u2E80-\uA4CF\uAC00-\uFAFF\uFE30-\uFE4F\uFF00-\uFFEF]/;

/** The nodes, neighbouring texts as one, and long words in boxes. */
export function joinWords(nodes: readonly VNode[]): readonly VNode[] {
  const joined = joinTexts(nodes);
  return joined.some(holdsLongWord) ? joined.flatMap(boxed) : joined;
}

function holdsLongWord(node: VNode): boolean {
  if (typeof node === "string") return longWord(node, 0) !== null;
  return mayHoldBoxes(node) && node.children.some(holdsLongWord);
}

/** The letters of code are all of one width, and in a box there are few. */
function mayHoldBoxes({ tag, attrs }: VElement): boolean {
  return tag !== "code" && attrs["class"] !== "long";
}

function boxed(node: VNode): readonly VNode[] {
  if (!holdsLongWord(node)) return [node];
  if (typeof node !== "string") return [h(node.tag, node.attrs, node.children.flatMap(boxed))];
  const parts: VNode[] = [];
  let end = 0;
  for (let word = longWord(node, 0); word !== null; word = longWord(node, end)) {
    parts.push(node.slice(end, word.start));
    for (let at = word.start; at < word.end; at += LETTERS_PER_BOX)
      parts.push(h("span", { class: "long" }, [node.slice(at, Math.min(at + LETTERS_PER_BOX, word.end))]));
    end = word.end;
  }
  return [...parts, node.slice(end)].filter((part) => part !== "");
}

/** The next one. Its thousandth letter is looked for, or one before; so most others are not looked at. */
function longWord(text: string, from: number): { readonly start: number; readonly end: number } | null {
  for (let at = from + LONG - 1; at < text.length; at += LONG) {
    let start = at + 1;
    while (start > from && LETTER.test(text.charAt(start - 1))) start--;
    let end = at;
    while (start <= at && end < text.length && LETTER.test(text.charAt(end))) end++;
    if (end - start >= LONG) return { start, end };
  }
  return null;
}
