/** Lines → pieces with their kinds. It remembers where each block's grammar stood after its last line. */
import { createJavaScriptRegexEngine } from "@shikijs/engine-javascript";
import { type Grammar, createShikiPrimitive } from "@shikijs/primitive";
import { INITIAL, type StateStack } from "@shikijs/primitive/textmate";
import { GRAMMARS, type GrammarName } from "./grammars";
import type { Pieces } from "./messages";
import { THEME, kindOf } from "./theme";

/** A longer line is data rather than code, and nobody reads its colours. */
const LONGEST_LINE = 5_000;
/** Where a token's metadata keeps the number of its colour. */
const COLOUR_SHIFT = 15;
const COLOUR_MASK = 0b1_1111_1111;

const shiki = createShikiPrimitive({
  engine: createJavaScriptRegexEngine({ forgiving: true }),
  themes: [THEME],
  langs: [],
});
const kinds = shiki.setTheme(THEME.name).colorMap.map(kindOf);

export async function loadGrammar(name: GrammarName): Promise<Grammar> {
  if (!shiki.getLoadedLanguages().includes(name))
    shiki.loadLanguageSync((await GRAMMARS[name]()).default);
  return shiki.getLanguage(name);
}

export class Tokeniser {
  #state: StateStack = INITIAL;

  constructor(readonly grammar: Grammar) {}

  read(line: string): Pieces {
    if (line.length > LONGEST_LINE) return [line.length, 0];
    // Without a limit of time, or the colours would depend on how busy the machine is; link.ts watches.
    const { tokens, ruleStack } = this.grammar.tokenizeLine2(line, this.#state);
    this.#state = ruleStack;
    return piecesOf(tokens, line);
  }
}

/**
 * `tokens`: where each begins, and its metadata, in turns. Neighbours of one kind become one, and so do
 * those with nothing but blanks between them: each piece is an element on the page.
 */
function piecesOf(tokens: Uint32Array, line: string): Pieces {
  const pieces: number[] = [];
  /** Whether the last piece is nothing but blanks. */
  let gap = false;
  const lengthen = (by: number): void => {
    pieces[pieces.length - 2] = (pieces.at(-2) ?? 0) + by;
  };
  for (let at = 0; at < tokens.length; at += 2) {
    const from = tokens[at] ?? 0;
    const to = Math.min(tokens[at + 2] ?? line.length, line.length);
    if (to <= from) continue;
    const kind = kinds[((tokens[at + 1] ?? 0) >>> COLOUR_SHIFT) & COLOUR_MASK] ?? 0;
    const isBlank = line.slice(from, to).trim() === "";
    if (gap && !isBlank && pieces.at(-3) === kind) lengthen(pieces.splice(-2)[0] ?? 0);
    const before = pieces.at(-1);
    gap = isBlank && (before === 0 ? gap : before !== kind);
    if (before === kind || (isBlank && before === 0)) lengthen(to - from);
    else pieces.push(to - from, isBlank ? 0 : kind);
  }
  return pieces;
}
