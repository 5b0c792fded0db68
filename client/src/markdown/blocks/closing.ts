/** How blocks end, and how one turns into another. */
import { isBlank, trim, trimEnd } from "../blanks";
import type { Formula} from "./block";
import { type Block, Row, type Table, Words } from "./block";
import type { Machine } from "./machine";
import { readDefinition } from "./references";

/** End a block, which must be the innermost open one. */
export function close(machine: Machine, block: Block): void {
  block.open = false;
  machine.changed.add(block);
  if (block.parent !== null) machine.tip = block.parent;
  if (block.kind === "words") closeWords(machine, block);
  else if (block.kind === "formula" && !block.closed) fallBack(machine, block);
  else if (block.kind === "code" && block.fence === null)
    while (isBlank(block.lines.at(-1) ?? "code")) block.lines.pop();
}

function closeWords(machine: Machine, words: Words): void {
  if (words.level === 0 && !takeDefinitions(machine, words)) remove(machine, words);
}

/** Note the link definitions a paragraph begins with, and take them out. Is anything left? */
export function takeDefinitions(machine: Machine, words: Words): boolean {
  let at = 0;
  for (;;) {
    const found = readDefinition(words.text, at);
    if (found === null) break;
    machine.definitions.define(found);
    at = found.end;
  }
  if (at > 0) cut(words, trim(words.text.slice(at)));
  return words.text !== "";
}

/** The last line of a paragraph was the head of a table. */
export function tabulate(machine: Machine, words: Words, table: Table): void {
  const head = words.lastLine;
  cut(words, words.text.slice(0, Math.max(words.text.length - head.length - 1, 0)));
  machine.add(table);
  machine.addClosed(new Row(head));
}

function cut(words: Words, text: string): void {
  words.text = words.lastLine = "";
  words.add(text);
  words.cuts++;
}

/** `Title` above `=====`. */
export function raise(machine: Machine, words: Words, level: number): void {
  words.level = level;
  machine.close(words);
}

/** A formula that does not end as one was words all along. */
function fallBack(machine: Machine, formula: Formula): void {
  const text = [formula.opener + (formula.lines[0] ?? ""), ...formula.lines.slice(1)].join("\n");
  remove(machine, formula);
  const before = formula.within;
  if (before !== null && !before.gone) goOn(machine, before, text);
  else if (formula.parent !== null) {
    const words = new Words();
    words.add(text);
    words.end = formula.end;
    machine.adopt(formula.parent, words);
  }
}

function goOn(machine: Machine, words: Words, text: string): void {
  words.open = true;
  words.mistaken++;
  words.add(text);
  machine.tip = words;
  machine.changed.add(words);
}

function remove(machine: Machine, block: Block): void {
  const siblings = block.parent?.children;
  if (siblings?.at(-1) === block) siblings.pop();
  const before = siblings?.at(-1);
  if (before !== undefined) before.end = block.end;
  block.gone = true;
  machine.changed.add(block);
}

/** `# Title #` is as good as `# Title`. */
export function dropClosingMarks(heading: Words): void {
  const text = trimEnd(heading.text);
  let end = text.length;
  while (text[end - 1] === "#") end--;
  const marks = end < text.length && (end === 0 || /[ \t]/.test(text.charAt(end - 1)));
  if (marks) cut(heading, trimEnd(text.slice(0, end)));
}
