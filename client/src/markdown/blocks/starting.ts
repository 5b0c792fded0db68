/** What a line may begin: each of these looks at the next character that is no blank, in this order. */
import {
  type Alert,
  type Block,
  Code,
  Details,
  Formula,
  Html,
  Note,
  Quote,
  Rule,
  Summary,
  Table,
  Words,
} from "./block";
import { raise, tabulate, takeDefinitions } from "./closing";
import { CODE_INDENT, type Line } from "./line";
import { htmlOpenedBy } from "../html";
import { startList } from "./lists";
import type { Machine } from "./machine";
import { alignsOf, cellsOf } from "./tables";

/** A container was begun and may hold more; a leaf, and the text is its; the line is used up; or nothing. */
export type Started = "container" | "leaf" | "done" | null;
type Start = (machine: Machine, line: Line, container: Block) => Started;

const ALERT = /^\[!(note|tip|important|warning|caution)\][ \t]*$/i;
/** Each time all of the paragraph is looked at. So many are a stranger's who knows that. */
const MOST_MISTAKEN = 100;
const RULE = /^(?:\*[ \t]*){3,}$|^(?:_[ \t]*){3,}$|^(?:-[ \t]*){3,}$/;

const quote: Start = (machine, line) => {
  if (line.charAt(line.next) !== ">" || !machine.mayNest()) return null;
  line.skipBlanks();
  line.skip(1);
  line.skipBlank();
  const block = machine.add(new Quote());
  const alert = machine.extended ? ALERT.exec(line.rest) : null;
  if (alert === null) return "container";
  block.alert = alert[1]?.toLowerCase() as Alert;
  return "done";
};

const heading: Start = (machine, line) => {
  const marks = /^#{1,6}(?=[ \t]|$)/.exec(line.rest);
  if (marks === null) return null;
  line.skipBlanks();
  line.skip(marks[0].length);
  line.skipBlanks();
  machine.add(new Words(marks[0].length));
  return "leaf";
};

const fence: Start = (machine, line) => {
  const marks = /^(?:`{3,}(?=[^`]*$)|~{3,})/.exec(line.rest)?.[0];
  if (marks === undefined) return null;
  const { indent } = line;
  const shape = { char: marks.charAt(0), length: marks.length, indent };
  machine.add(new Code(shape, line.rest.slice(marks.length).trim()));
  return "done";
};

const details: Start = (machine, line) => {
  if (!machine.extended || !machine.mayNest()) return null;
  const found = /^<details>\s*(?:<summary>(.*)<\/summary>)?\s*$/i.exec(line.rest);
  if (found === null) return null;
  machine.add(new Details());
  if (found[1] !== undefined) machine.addClosed(new Summary(found[1].trim()));
  return "done";
};

const summary: Start = (machine, line, container) => {
  if (container.kind !== "details" || container.children.length > 0) return null;
  const found = /^<summary>(.*)<\/summary>\s*$/i.exec(line.rest);
  if (found === null) return null;
  machine.addClosed(new Summary(found[1]?.trim() ?? ""));
  return "done";
};

const html: Start = (machine, line, container) => {
  if (line.charAt(line.next) !== "<") return null;
  const inParagraph = container.kind === "words" || machine.isLazy;
  const type = htmlOpenedBy(line.rest, inParagraph);
  if (type === null) return null;
  machine.add(new Html(type));
  return "leaf";
};

const underline: Start = (machine, line, container) => {
  if (container.kind !== "words") return null;
  const marks = /^(?:=+|-+)[ \t]*$/.exec(line.rest);
  if (marks === null || !takeDefinitions(machine, container)) return null;
  raise(machine, container, marks[0].startsWith("=") ? 1 : 2);
  return "done";
};

const rule: Start = (machine, line) => {
  if (!RULE.test(line.rest)) return null;
  machine.addClosed(new Rule());
  return "done";
};

const note: Start = (machine, line) => {
  const mark = machine.extended ? /^\[\^([^\]\s]+)\]:/.exec(line.rest) : null;
  if (mark === null || !machine.mayNest()) return null;
  line.skipBlanks();
  line.skip(mark[0].length);
  line.skipBlanks();
  machine.add(new Note(mark[1] ?? ""));
  machine.definitions.defineNote(mark[1] ?? "");
  return "container";
};

const formula: Start = (machine, line, container) => {
  if (!machine.extended || machine.isLazy) return null;
  const opener = /^(?:\$\$|\\\[)/.exec(line.rest);
  if (opener === null || (container.kind === "words" && container.mistaken >= MOST_MISTAKEN)) return null;
  line.skipBlanks();
  line.skip(opener[0].length);
  machine.add(new Formula(opener[0], container.kind === "words" ? container : null));
  return "leaf";
};

const table: Start = (machine, line, container) => {
  if (!machine.extended || container.kind !== "words") return null;
  const aligns = alignsOf(line.rest);
  if (aligns === null) return null;
  if (cellsOf(container.lastLine).length !== aligns.length) return null;
  tabulate(machine, container, new Table(aligns));
  return "done";
};

const indented: Start = (machine, line) => {
  if (!line.indented || machine.tip.kind === "words" || line.blank) return null;
  line.skipColumns(CODE_INDENT);
  machine.add(new Code(null, ""));
  return "leaf";
};

const STARTS: readonly Start[] = [
  quote,
  heading,
  fence,
  details,
  summary,
  html,
  underline,
  rule,
  note,
  formula,
  startList,
  table,
];

const SPECIAL = /^[#`~*+_=<>0-9|:[$\\-]/;

export function start(machine: Machine, line: Line, container: Block): Started {
  if (line.indented) return indented(machine, line, container);
  if (!SPECIAL.test(line.charAt(line.next))) return null;
  for (const begin of STARTS) {
    const started = begin(machine, line, container);
    if (started !== null) return started;
  }
  return null;
}
