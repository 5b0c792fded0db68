/** What is a chunk of its own, fetched as soon as the page runs: everything that knows Markdown. */
import { patch } from "./dom/patch";
import { nodesOf } from "./dom/spans";
import { joinTexts } from "./dom/tree";
import { Parser } from "./inline/parser";
import { References } from "./references";

export { fold } from "./dom/folding";
export { markdownOf } from "./dom/table";
export { Portions } from "./portions";

/** One line, without anything to press. */
export function drawInline(target: HTMLElement, text: string): void {
  const { settled, open } = new Parser(text.replaceAll("\n", " ").trim(), new References(true));
  target.replaceChildren();
  patch(target, [], joinTexts([...nodesOf(settled, "inert"), ...nodesOf(open, "inert")]));
}
