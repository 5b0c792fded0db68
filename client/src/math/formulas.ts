/**
 * Finds formulas as they come, and draws them: at once, before they are seen.
 *
 * Many are drawn in slices, so that a page full of them still answers. What is drawn is not touched
 * again, unless whoever made the element writes another source into it.
 */
import { copySources } from "./copying";
import { drawn } from "./katex";
import { fit, watchRoom } from "./room";

export { fontsAreThere } from "./katex";

const FORMULA = "code.math";
const SLICE_MS = 8;

const waiting = new Set<HTMLElement>();

document.addEventListener("copy", copySources);

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
  const end = performance.now() + SLICE_MS;
  const done: HTMLElement[] = [];
  for (const element of waiting) {
    if (performance.now() > end) break;
    waiting.delete(element);
    if (element.isConnected && draw(element)) done.push(element);
  }
  for (const element of done) fit(element);
  if (waiting.size > 0) setTimeout(drawWaiting);
}

function draw(element: HTMLElement): boolean {
  const display = "display" in element.dataset || element.parentElement?.matches(".math-block");
  const formula = drawn(element.textContent, display ?? false);
  if (formula === null) element.classList.remove("math");
  else element.replaceChildren(formula);
  return formula !== null;
}
