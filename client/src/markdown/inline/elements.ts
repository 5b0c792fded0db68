/** The few raw elements that are shown as what they are, if they have no attributes. */
import { DEEPEST, Span, unlink, wrap } from "./span";

const ELEMENT = /^<(\/?)(sub|sup|kbd|mark)>$/i;
const BREAK = /^<br ?\/?>$/i;

/** Put between a start tag and its end tag what stands there. What has no partner stays text. */
export function nestElements(list: Span): void {
  const open: { name: string; tag: Span }[] = [];
  for (const child of [...list.children()]) {
    if (child.first !== null) nestElements(child);
    if (child.kind !== "html") continue;
    const [, slash, word] = ELEMENT.exec(child.text) ?? [];
    const name = word?.toLowerCase() ?? "";
    if (BREAK.test(child.text)) replace(list, child, new Span("break"));
    else if (slash === "" && open.length < DEEPEST) open.push({ name, tag: child });
    else if (slash === "/") {
      const at = open.findLastIndex((element) => element.name === name);
      const tag = open[at]?.tag;
      if (tag === undefined) continue;
      open.length = at;
      wrap(list, tag, child, new Span("element", name));
      unlink(list, tag);
      unlink(list, child);
    }
  }
}

function replace(list: Span, span: Span, by: Span): void {
  wrap(list, span, span.next, by);
  unlink(list, span);
}
