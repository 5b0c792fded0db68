/**
 * Finds formulas as they come, and draws them: at once, before they are seen, once KaTeX is there.
 *
 * Many are drawn in slices, so that a page full of them still answers. What is drawn is not touched
 * again, unless whoever made the element writes another source into it.
 */
import { copySources } from "./copying";
import type * as katexModule from "./katex";
import { fit, watchRoom } from "./room";

const FORMULA = "code.math";
const SLICE_MS = 8;

let katex: typeof katexModule | null = null;
let loading = false;
const waiting = new Set<HTMLElement>();

/** Draw what is and comes to be in `target`. The answer ends it. */
export function watchFormulas(target: HTMLElement): () => void {
  const changes = new MutationObserver((records) => {
    for (const { target: at, addedNodes } of records) {
      if (at instanceof Element && at.matches(FORMULA)) queue(at);
      for (const node of addedNodes) if (node instanceof Element) queueAll(node);
    }
    drawWaiting();
  });
  // A block is a formula once it is closed, and its class says so.
  changes.observe(target, { childList: true, subtree: true, attributeFilter: ["class"] });
  queueAll(target);
  drawWaiting();
  const unwatchRoom = watchRoom(target);
  return () => {
    changes.disconnect();
    unwatchRoom();
  };
}

function queueAll(element: Element): void {
  if (element.matches(FORMULA)) queue(element);
  for (const each of element.querySelectorAll(FORMULA)) queue(each);
}

function queue(element: Element): void {
  const isDrawn = element.firstElementChild?.matches(".katex, .katex-display") ?? false;
  if (element instanceof HTMLElement && !isDrawn) waiting.add(element);
}

function drawWaiting(): void {
  if (waiting.size === 0) return;
  if (katex === null) {
    load();
    return;
  }
  const end = performance.now() + SLICE_MS;
  const drawn: HTMLElement[] = [];
  for (const element of waiting) {
    if (performance.now() > end) break;
    waiting.delete(element);
    if (element.isConnected && draw(element, katex)) drawn.push(element);
  }
  for (const element of drawn) fit(element);
  if (waiting.size > 0) setTimeout(drawWaiting);
}

/** Should it not come, the sources stay, and the next formula asks again. */
function load(): void {
  if (loading) return;
  loading = true;
  void import("./katex").then(
    (loaded) => {
      katex = loaded;
      document.addEventListener("copy", copySources);
      drawWaiting();
    },
    () => {
      loading = false;
      waiting.clear();
    },
  );
}

function draw(element: HTMLElement, { drawn }: typeof katexModule): boolean {
  const display = "display" in element.dataset || element.parentElement?.matches(".math-block");
  const formula = drawn(element.textContent, display ?? false);
  if (formula === null) element.classList.remove("math");
  else element.replaceChildren(formula);
  return formula !== null;
}
