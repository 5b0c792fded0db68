/** Where lists and their items begin. */
import { isBlank } from "../blanks";
import { type Block, Item, List, Words } from "./block";
import type { Line } from "./line";
import type { Machine } from "./machine";
import type { Started } from "./starting";

interface Mark {
  /** The bullet, or the delimiter after the number. */
  readonly sign: string;
  readonly start: number | null;
  readonly width: number;
}

export function startList(machine: Machine, line: Line, container: Block): Started {
  const mark = markAt(line.rest);
  if (mark === null || !machine.mayNest()) return null;
  if (container.kind === "words" && !mayInterrupt(mark, line.rest)) return null;
  const indent = line.indent;
  line.skipBlanks();
  line.skip(mark.width);
  const padding = mark.width + blanksAfter(line);
  const tip = machine.settle();
  const goesOn = tip.kind === "list" && tip.mark === mark.sign && (tip.start === null) === (mark.start === null);
  if (!goesOn) machine.add(new List(mark.sign, mark.start));
  const item = machine.add(new Item(indent + padding));
  if (!machine.extended || !takeTask(item, line)) return "container";
  machine.add(new Words());
  return "leaf";
}

function markAt(text: string): Mark | null {
  const found = /^(?:([-+*])|(\d{1,9})([.)]))(?=[ \t]|$)/.exec(text);
  if (found === null) return null;
  const [all, bullet, number, delimiter] = found;
  const start = number === undefined ? null : Number(number);
  return { sign: bullet ?? delimiter ?? "", start, width: all.length };
}

/** Within a paragraph `1986. A great year` is no list, and neither is a dash of its own. */
function mayInterrupt(mark: Mark, text: string): boolean {
  return (mark.start ?? 1) === 1 && !isBlank(text.slice(mark.width));
}

/** Uses up the blanks between mark and text. Five of them are one, and indented code. */
function blanksAfter(line: Line): number {
  if (line.blank || line.indent > 4) {
    line.skipBlank();
    return 1;
  }
  const blanks = line.indent;
  line.skipBlanks();
  return blanks;
}

/** `[ ]` and `[x]` at the beginning of an item are its checkbox, and words follow, whatever they look like. */
function takeTask(item: Item, line: Line): boolean {
  const mark = /^\[([ xX])\][ \t]+(?=\S)/.exec(line.rest);
  if (mark === null || line.indented) return false;
  item.task = mark[1] !== " ";
  line.skipBlanks();
  line.skip(mark[0].length);
  return true;
}
