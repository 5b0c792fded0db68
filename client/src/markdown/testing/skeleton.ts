/**
 * What the page and a specification's HTML have in common: elements, words, addresses.
 *
 * Left out of the page: its boxes and buttons. Left out of the specification: addresses that are no
 * links here, titles, and line ends between blocks, which nobody sees.
 */
import { isSafeLink } from "../dom/links";

const BLOCK = /\n*(<\/?(?:p|h\d|[uo]l|li|blockquote|pre|table|thead|tbody|tr|t[hd]|hr)(?: [^>]*)?>)\n*/g;
const BOXES = ".section, .lines, .table, .table-box, .no-link";

export function shownSkeleton(target: HTMLElement): string {
  const page = target.cloneNode(true) as HTMLElement;
  for (const words of page.querySelectorAll("li > span")) words.replaceWith(...words.childNodes);
  for (const code of page.querySelectorAll<HTMLElement>(".code")) {
    const pre = code.querySelector("pre") ?? code;
    const text = pre.textContent;
    pre.textContent = text === "" ? "" : `${text}\n`;
    code.replaceWith(pre);
  }
  for (const heading of page.querySelectorAll<HTMLElement>("[data-level]")) {
    const named = document.createElement(`h${heading.dataset["level"] ?? ""}`);
    named.append(...heading.childNodes);
    heading.replaceWith(named);
  }
  for (const tools of page.querySelectorAll(".table-tools")) tools.remove();
  for (const box of page.querySelectorAll(BOXES)) box.replaceWith(...box.childNodes);
  return skeleton(page);
}

export function specifiedSkeleton(html: string): string {
  const page = document.createElement("div");
  // eslint-disable-next-line no-restricted-syntax -- the specification's own words, in a test
  page.innerHTML = html;
  for (const link of page.querySelectorAll("a"))
    if (!isSafeLink(link.getAttribute("href") ?? "")) link.replaceWith(...link.childNodes);
  for (const code of page.querySelectorAll("pre > code")) code.replaceWith(...code.childNodes);
  return skeleton(page);
}

function skeleton(page: HTMLElement): string {
  for (const element of page.querySelectorAll("*"))
    for (const { name, value } of [...element.attributes]) {
      if (name === "data-align") element.setAttribute("align", value);
      if (!["href", "start", "align"].includes(name)) element.removeAttribute(name);
    }
  page.normalize();
  return page.innerHTML.replace(BLOCK, "$1").replace(/(<br>|<input>)[\n ]/g, "$1").trim();
}
