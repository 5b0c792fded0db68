/**
 * A formula in a line that is wider than its line scrolls in a box of its own, not the page. KaTeX
 * breaks lines only between the terms of a sum; one long fraction has no place to break.
 */

const FORMULA = "code.math:has(.katex)";

/** Measure again whenever `target` is of another width. The answer ends it. */
export function watchRoom(target: HTMLElement): () => void {
  let width = target.clientWidth;
  const observer = new ResizeObserver(() => {
    if (target.clientWidth === width) return;
    width = target.clientWidth;
    for (const element of target.querySelectorAll<HTMLElement>(FORMULA)) fit(element);
  });
  observer.observe(target);
  return () => {
    observer.disconnect();
  };
}

/** Let a formula scroll if it must; a block of its own has a box that does. */
export function fit(element: HTMLElement): void {
  if (element.querySelector(".katex-display") !== null) return;
  const room = blockAround(element).clientWidth;
  const terms = [...element.querySelectorAll<HTMLElement>(".katex-html .katex-base")];
  const wide = terms.some((term) => term.offsetWidth > room);
  if (wide === element.classList.contains("wide")) return;
  element.classList.toggle("wide", wide);
  if (wide) describe(element);
  else for (const name of ["tabindex", "role", "aria-label"]) element.removeAttribute(name);
}

function describe(element: HTMLElement): void {
  element.tabIndex = 0;
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "Formula");
}

function blockAround(element: HTMLElement): HTMLElement {
  let around = element.parentElement;
  while (around !== null && getComputedStyle(around).display === "inline")
    around = around.parentElement;
  return around ?? document.body;
}
