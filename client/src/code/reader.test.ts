import { describe, expect, it } from "vitest";
import { GRAMMARS, type GrammarName } from "./grammars";
import { KINDS, type Kind } from "./kinds";
import { grammarOf } from "./languages";
import type { Pieces, Reply } from "./messages";
import { Reader } from "./reader";
import { Tokeniser, loadGrammar } from "./tokeniser";

/** The text of each piece that is not plain, with its kind. */
function coloured(line: string, pieces: Pieces): [string, Kind][] {
  const found: [string, Kind][] = [];
  let from = 0;
  for (let at = 0; at < pieces.length; at += 2) {
    const to = from + pieces[at]!;
    if (pieces[at + 1] !== 0) found.push([line.slice(from, to), KINDS[pieces[at + 1]!]!]);
    from = to;
  }
  return found;
}

async function read(name: GrammarName, code: string): Promise<[string, Kind][]> {
  const tokeniser = new Tokeniser(await loadGrammar(name));
  return code.split("\n").flatMap((line) => coloured(line, tokeniser.read(line)));
}

/** A reader, and its replies: all that came until `enough` says so. */
function listen(enough: (replies: readonly Reply[]) => boolean): {
  reader: Reader;
  replies: Promise<readonly Reply[]>;
} {
  const heard: Reply[] = [];
  let settle: (replies: readonly Reply[]) => void;
  const replies = new Promise<readonly Reply[]>((resolve) => (settle = resolve));
  const reader = new Reader((reply) => {
    heard.push(reply);
    if (enough(heard)) settle(heard);
  });
  return { reader, replies };
}

function linesOf(replies: readonly Reply[], block: number): Pieces[] {
  return replies.flatMap((reply) =>
    reply.say === "done" && reply.block === block ? reply.lines : [],
  );
}

const PYTHON = `@cache
def answer(question: str) -> int:
    """What it
    says."""
    return 42 + len(question)  # as everybody knows
`;

describe("colours", () => {
  it("Python reads as a person would colour it", async () => {
    const kinds = Object.fromEntries(await read("python", PYTHON));
    expect(kinds).toMatchObject({
      def: "keyword",
      answer: "function",
      return: "keyword",
      "42": "number",
      "# as everybody knows": "comment",
      '    says."""': "comment",
    });
  });

  it.each<[GrammarName, string, Record<string, Kind>]>([
    ["json", '{"a": [1, "b", true]}', { '"a"': "property", "1": "number", '"b"': "string", true: "keyword" }],
    ["typescript", "const a: string = `b`; // c", { const: "keyword", string: "property", "`b`": "string", "// c": "comment" }],
    ["html", '<p class="x">y</p>', { "p class": "property", '"x"': "string", p: "property" }],
    ["shellscript", 'echo "a" # b', { echo: "function", '"a"': "string", "# b": "comment" }],
    ["css", ".a { color: red }", { color: "property" }],
    ["sql", "SELECT 'a' -- b", { SELECT: "keyword", "'a'": "string", "-- b": "comment" }],
    ["diff", "--- a\n+++ b\n+new\n-old\n same", { "+++ b": "comment", "+new": "inserted", "-old": "deleted" }],
    ["yaml", "key: 3 # why", { key: "property", "3": "number", "# why": "comment" }],
    ["rust", "fn main() {}", { fn: "keyword", main: "function" }],
    ["java", "class A { int b; }", { class: "keyword", A: "function", int: "keyword" }],
  ])("%s too", async (name, code, expected) => {
    expect(Object.fromEntries(await read(name, code))).toMatchObject(expected);
  });

  it.each<GrammarName>(["python", "yaml", "diff"])(
    "the pieces of a line are as long as the line: %s",
    async (name) => {
      const tokeniser = new Tokeniser(await loadGrammar(name));
      for (const line of [...PYTHON.split("\n"), "<a b='c'>#{d} /* 👩‍👩‍👧 */ // --", "\tx = y;"]) {
        const pieces = tokeniser.read(line);
        const length = pieces.reduce((sum, number, at) => (at % 2 === 0 ? sum + number : sum), 0);
        expect(length, line).toBe(line.length);
      }
    },
  );

  it("every language that is listed has its grammar", { timeout: 30_000 }, async () => {
    for (const name of Object.keys(GRAMMARS) as GrammarName[])
      expect((await loadGrammar(name)).tokenizeLine2).toBeTypeOf("function");
  });

  it("a line of megabytes is not read at all", async () => {
    const tokeniser = new Tokeniser(await loadGrammar("json"));
    const line = `["${"x".repeat(2_000_000)}"]`;
    expect(tokeniser.read(line)).toEqual([line.length, 0]);
  });
});

describe("languages", () => {
  it.each([["py", "python"], ["JS", "javascript"], ["c++", "cpp"], ["zsh", "shellscript"], ["yml", "yaml"]])(
    "%s is known as %s",
    (word, grammar) => {
      expect(grammarOf(word)).toBe(grammar);
    },
  );

  it.each(["", "text", "mermaid", "constructor", "__proto__"])("%j has no grammar", (word) => {
    expect(grammarOf(word)).toBeUndefined();
  });
});

describe("the reader", () => {
  it("gives the same pieces line by line as all at once, however they are sent", async () => {
    const lines = PYTHON.split("\n");
    const all = (replies: readonly Reply[]): boolean =>
      linesOf(replies, 1).length === lines.length && linesOf(replies, 2).length === lines.length;
    const { reader, replies } = listen(all);
    reader.receive({ say: "read", block: 1, grammar: "python", lines });
    for (const line of lines) {
      reader.receive({ say: "read", block: 2, grammar: "python", lines: [line] });
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(linesOf(await replies, 2)).toEqual(linesOf(await replies, 1));
  });

  it("lets a short block pass a long one", async () => {
    const { reader, replies } = listen((heard) => linesOf(heard, 2).length === 1);
    const long = Array.from({ length: 5_000 }, (_, at) => `x${String(at)} = [${PYTHON.length}, "y"]`);
    reader.receive({ say: "read", block: 1, grammar: "python", lines: long });
    reader.receive({ say: "read", block: 2, grammar: "python", lines: ["pass"] });
    expect(linesOf(await replies, 1).length).toBeLessThan(long.length);
    reader.receive({ say: "forget", block: 1 });
  });

  it("says so when a block cannot be read", async () => {
    const { reader, replies } = listen((heard) => heard.length === 1);
    const grammar = "klingon" as GrammarName;
    reader.receive({ say: "read", block: 7, grammar, lines: ["x"] });
    expect(await replies).toEqual([{ say: "failed", block: 7 }]);
  });
});
