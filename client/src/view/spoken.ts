/** An answer as it is read aloud: plain words, with code named rather than spelled. */

/** The log says so much of an answer; the rest can be read where it stands. */
const SPOKEN_MOST = 600;

/** Of what is left without its code so much is read: a stranger's text may be made to take long. */
const READ_MOST = 5_000;

// Written so that no line can be divided in two ways, which would take for ever.
const FENCE = /^(`{3,}(?!`)|~{3,}(?!~))([^\n]*)\n([\s\S]*?)(?:^\1[`~]*[ \t]*$|(?![\s\S]))/gm;

export function spoken(markdown: string): string {
  const named = markdown.replace(FENCE, (_all, _fence, info: string, code: string) =>
    codeBlock(languageIn(info), code),
  );
  const plain = named
    .slice(0, READ_MOST)
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^[ \t]*(?:#{1,6}|>|[-*+])[ \t]+/gm, "")
    .replace(/^[ \t|:-]+$/gm, "")
    .replace(/\|/g, " ")
    .replace(/[*`~]+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, "")
    .replace(/[ \t]+/g, " ")
    .replace(/\s*\n\s*/g, "\n")
    .trim();
  const goesOn = plain.length > SPOKEN_MOST || named.length > READ_MOST;
  return goesOn ? `${cut(plain)}… message continues` : plain;
}

function languageIn(info: string): string {
  return /^[^\s`]*/.exec(info.trim())?.[0] ?? "";
}

function codeBlock(language: string, code: string): string {
  const lines = code === "" ? 0 : code.replace(/\n$/, "").split("\n").length;
  const name = language === "" ? "" : ` ${language},`;
  return `Code block,${name} ${lines} ${lines === 1 ? "line" : "lines"}.\n`;
}

/** At the end of a word. */
function cut(text: string): string {
  const head = text.slice(0, SPOKEN_MOST);
  const space = head.lastIndexOf(" ");
  return space > SPOKEN_MOST / 2 ? head.slice(0, space) : head;
}
