/** A whole text as the specification would write it. */
import { Feed } from "../blocks/feed";
import { Machine } from "../blocks/machine";
import { References } from "../references";
import { SpecWriter } from "./specHtml";

/** `raw` is called for each piece of raw HTML, and says what to write for it. */
export function specHtml(
  pieces: Iterable<string>,
  extended = false,
  raw = (html: string): string => html,
): string {
  const references = new References(extended);
  const machine = new Machine(references, extended);
  const feed = new Feed(machine);
  for (const piece of pieces) feed.push(piece);
  feed.end();
  return new SpecWriter(references, raw).children(machine.document);
}
