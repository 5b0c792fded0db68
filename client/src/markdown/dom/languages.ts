/** What a code block's language is called. The word after the fence comes from the model. */

const NAMES: Readonly<Record<string, string>> = {
  bash: "Shell",
  sh: "Shell",
  shell: "Shell",
  zsh: "Shell",
  console: "Shell",
  c: "C",
  cpp: "C++",
  "c++": "C++",
  cs: "C#",
  csharp: "C#",
  css: "CSS",
  csv: "CSV",
  diff: "Diff",
  docker: "Dockerfile",
  dockerfile: "Dockerfile",
  go: "Go",
  graphql: "GraphQL",
  haskell: "Haskell",
  hs: "Haskell",
  html: "HTML",
  ini: "INI",
  java: "Java",
  javascript: "JavaScript",
  js: "JavaScript",
  json: "JSON",
  jsonl: "JSON Lines",
  jsx: "JSX",
  kotlin: "Kotlin",
  kt: "Kotlin",
  latex: "LaTeX",
  tex: "LaTeX",
  lua: "Lua",
  makefile: "Makefile",
  markdown: "Markdown",
  md: "Markdown",
  mermaid: "Mermaid",
  perl: "Perl",
  php: "PHP",
  plaintext: "Text",
  powershell: "PowerShell",
  ps1: "PowerShell",
  py: "Python",
  python: "Python",
  r: "R",
  rb: "Ruby",
  ruby: "Ruby",
  rs: "Rust",
  rust: "Rust",
  scala: "Scala",
  scss: "SCSS",
  sql: "SQL",
  svelte: "Svelte",
  svg: "SVG",
  swift: "Swift",
  text: "Text",
  toml: "TOML",
  ts: "TypeScript",
  tsx: "TSX",
  txt: "Text",
  typescript: "TypeScript",
  vue: "Vue",
  xml: "XML",
  yaml: "YAML",
  yml: "YAML",
};

const WORD = /^[A-Za-z0-9_+#.-]{1,32}$/;

/** The first word of a fence's info string, if it can be a language at all; else "". */
export function languageOf(info: string): string {
  const word = info.trim().split(/[\s{,:]/, 1)[0] ?? "";
  return WORD.test(word) ? word.toLowerCase() : "";
}

export function languageName(language: string): string {
  if (language === "") return "Code";
  return Object.hasOwn(NAMES, language) ? (NAMES[language] ?? language) : language;
}
