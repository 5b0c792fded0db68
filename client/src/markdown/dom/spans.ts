/**
 * Spans → what is put on the page.
 *
 * Links lead only where links.ts allows and say so if they seem to lead elsewhere; pictures from
 * elsewhere never load by themselves; raw HTML is the text it is.
 */
import { type Span, wordsOf } from "../inline/span";
import { encoded } from "../inline/targets";
import { visible as boxed } from "./controlCharacters";
import { hostOf, hostToShow, isInlinePicture, isOwnPicture, isSafeLink } from "./links";
import { type VNode, h } from "./tree";

const NAMES: Readonly<Partial<Record<Span["kind"], string>>> = {
  emphasis: "em",
  strong: "strong",
  deleted: "del",
};
const ELSEWHERE = { target: "_blank", rel: "noopener noreferrer nofollow" } as const;

/** Where the words stand: `inert` text is inside a control, which holds no links and no pictures. */
export type Place = "text" | "link" | "inert";

function visible(text: string): VNode[] {
  return boxed(text, true);
}

export function nodesOf(list: Span, place: Place = "text"): VNode[] {
  const nodes: VNode[] = [];
  for (const span of list.children()) for (const node of nodeOf(span, place)) nodes.push(node);
  return nodes;
}

function nodeOf(span: Span, place: Place): readonly VNode[] {
  switch (span.kind) {
    case "text":
    case "html":
      return visible(span.text);
    case "break":
      return place === "inert" ? [" "] : [h("br")];
    case "code":
      return [h("code", { translate: "no" }, visible(span.text))];
    case "formula":
      return [formula(span)];
    case "link":
      return link(span, place);
    case "image":
      return picture(span, place);
    case "note":
      return [note(span)];
    default:
      return [h(NAMES[span.kind] ?? span.text, {}, nodesOf(span, place))];
  }
}

function formula(span: Span): VNode {
  const display: Record<string, string> = span.display ? { "data-display": "" } : {};
  return h("code", { class: "math", translate: "no", dir: "ltr", ...display }, [span.text]);
}

function link(span: Span, place: Place): readonly VNode[] {
  if (place !== "text") return nodesOf(span, place);
  const words = nodesOf(span, "link");
  const href = encoded(span.href);
  if (!isSafeLink(href)) return [h("span", { class: "no-link" }, words)];
  const host = hostToShow(href, wordsOf(span));
  const real = host === null ? [] : [h("span", { class: "real-host" }, [` (${host})`])];
  return [h("a", { href, ...ELSEWHERE }, [...words, ...real])];
}

function picture(span: Span, place: Place): readonly VNode[] {
  const src = encoded(span.href);
  const alt = wordsOf(span);
  if (place === "inert") return visible(alt);
  if (isInlinePicture(src)) return [h("img", { src, alt: alt || "Picture", decoding: "async" })];
  if (isOwnPicture(src)) return [h("img", { src, alt: alt || "Picture", decoding: "async", loading: "lazy" })];
  const host = hostOf(src);
  if (host === null) return visible(alt);
  const label = alt === "" ? `Picture from ${host}` : `${alt} – picture from ${host}`;
  if (place === "link") return visible(label);
  // Whoever may show it in this place does so when it is pressed: controls.ts.
  return [h("a", { class: "picture-chip", href: src, "data-alt": alt, ...ELSEWHERE }, visible(label))];
}

/** The number is notes.ts's to give, and to change. */
function note(span: Span): VNode {
  const attrs = { type: "button", "data-action": "note", "data-note": span.text };
  return h("sup", {}, [h("button", attrs)]);
}
