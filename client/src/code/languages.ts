/** Which grammar reads what is written after a fence. What is not listed here stays plain. */
import type { GrammarName } from "./grammars";

/** By grammar, the other words for its language. */
const WORDS: Readonly<Record<GrammarName, string>> = {
  bat: "batch cmd",
  c: "h",
  clojure: "clj",
  cmake: "",
  cpp: "c++ cc cxx hpp",
  csharp: "cs c#",
  css: "",
  dart: "",
  diff: "patch",
  docker: "dockerfile",
  elixir: "ex exs",
  go: "golang",
  graphql: "gql",
  groovy: "gradle",
  haskell: "hs",
  html: "htm",
  ini: "properties conf cfg",
  java: "",
  javascript: "js mjs cjs node",
  json: "",
  jsonc: "json5",
  jsonl: "ndjson",
  jsx: "",
  julia: "jl",
  kotlin: "kt kts",
  latex: "tex",
  lua: "",
  make: "makefile",
  markdown: "md mdx",
  matlab: "octave",
  nginx: "",
  perl: "pl",
  php: "",
  powershell: "ps1 pwsh ps",
  proto: "protobuf",
  python: "py python3 ipython gyp",
  r: "",
  ruby: "rb",
  rust: "rs",
  scala: "",
  scss: "",
  shellscript: "bash sh shell zsh fish env dotenv",
  shellsession: "console terminal",
  sql: "mysql postgresql postgres sqlite plsql tsql",
  svelte: "",
  swift: "",
  terraform: "tf hcl",
  toml: "",
  tsx: "",
  typescript: "ts mts cts",
  vue: "",
  xml: "svg xhtml rss plist",
  yaml: "yml",
  zig: "",
};

const BY_WORD = new Map<string, GrammarName>(
  (Object.keys(WORDS) as GrammarName[]).flatMap((name) =>
    [name, ...WORDS[name].split(" ")].map((word) => [word, name] as const),
  ),
);
BY_WORD.delete("");

export function grammarOf(language: string): GrammarName | undefined {
  return BY_WORD.get(language.toLowerCase());
}
