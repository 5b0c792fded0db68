/** Does a line go on in a block that is open? */
import { isBlank } from "../blanks";
import { type Block, type Code, type Item, isParent } from "./block";
import { endsWithBlank } from "../html";
import { CODE_INDENT, type Line } from "./line";

/** "ends": the line was the block's own end, and is used up. */
export type Answer = "goes on" | "stops" | "ends";

export function goesOn(block: Block, line: Line): Answer {
  switch (block.kind) {
    case "quote":
      return yes(quote(line));
    case "item":
      return yes(item(block, line));
    case "note":
      return yes(indentedBy(CODE_INDENT, line));
    case "details":
      return closesDetails(block, line) ? "ends" : "goes on";
    case "code":
      return code(block, line);
    case "html":
      return yes(!(line.blank && endsWithBlank(block.type)));
    case "list":
      return "goes on";
    case "words":
      return yes(!line.blank && block.level === 0);
    case "table":
    case "formula":
      return yes(!line.blank);
    default:
      return "stops";
  }
}

function yes(condition: boolean): Answer {
  return condition ? "goes on" : "stops";
}

function quote(line: Line): boolean {
  if (line.indented || line.charAt(line.next) !== ">") return false;
  line.skipBlanks();
  line.skip(1);
  line.skipBlank();
  return true;
}

function item(block: Item, line: Line): boolean {
  return !(line.blank && block.children.length === 0) && indentedBy(block.indent, line);
}

/** The innermost one; and not if the line is code, or other text that is shown as it is. */
function closesDetails(block: Block, line: Line): boolean {
  if (line.indented || !/^<\/details>\s*$/i.test(line.rest)) return false;
  for (let inner = lastOpen(block); inner !== null; inner = lastOpen(inner))
    if (inner.kind === "details" || "lines" in inner) return false;
  return true;
}

export function lastOpen(block: Block): Block | null {
  const last = isParent(block) ? block.children.at(-1) : undefined;
  return last?.open === true ? last : null;
}

function indentedBy(columns: number, line: Line): boolean {
  if (line.blank) line.skipBlanks();
  else if (line.indent >= columns) line.skipColumns(columns);
  else return false;
  return true;
}

function code(block: Code, line: Line): Answer {
  const { fence } = block;
  if (fence === null) return yes(indentedCode(line));
  if (!line.indented && closes(fence.char, fence.length, line.rest)) return "ends";
  for (let left = fence.indent; left > 0 && line.skipBlank(); left--);
  return "goes on";
}

/** Of a blank line, what is indented further is code as well. */
function indentedCode(line: Line): boolean {
  if (!line.indented) return indentedBy(CODE_INDENT, line);
  line.skipColumns(CODE_INDENT);
  return true;
}

function closes(char: string, length: number, text: string): boolean {
  let run = 0;
  while (text[run] === char) run++;
  return run >= length && isBlank(text.slice(run));
}
