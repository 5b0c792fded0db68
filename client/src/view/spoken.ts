/** An answer as it is read aloud: plain words, with code named rather than spelled. */

/** The log says so much of an answer; the rest can be read where it stands. */
const SPOKEN_MOST = 600;

const FENCE = /^(`{3,}|~{3,})[ \t]*([^\s`]*)[^\n]*\n([\s\S]*?)(?:^\1[`~]*[ \t]*$|(?![\s\S]))/gm;

export function spoken(markdown: string): string {
  const plain = markdown
    .replace(FENCE, (_all, _fence, language: string, code: string) => codeBlock(language, code))
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^[ \t]*(?:#{1,6}|>|[-*+])[ \t]+/gm, "")
    .replace(/^[ \t|:-]+$/gm, "")
    .replace(/\|/g, " ")
    .replace(/[*`~]+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, "")
    .replace(/[ \t]+/g, " ")
    .replace(/\s*\n\s*/g, "\n")
    .trim();
  return plain.length > SPOKEN_MOST ? `${cut(plain)}… message continues` : plain;
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
