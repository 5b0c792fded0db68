/**
 * Makes boxes that scroll sideways reachable by keyboard, but only while there is something to scroll.
 *
 * A box that fits would only be one more stop of the Tab key. What such a box is called stands in its
 * `data-scroller`; its content is its first child.
 */

const BOX = "[data-scroller]";

/** Watch `box`, and call it `label` while it overflows. The answer ends it. */
export function watchOverflow(box: HTMLElement, label: string): () => void {
  box.dataset["scroller"] = label;
  const boxes = new Overflowing(box);
  boxes.watch(box);
  return () => boxes.end();
}

/** The boxes of one text, which may have hundreds of them: those that are out of sight are not watched. */
export class Overflowing {
  readonly #observer = new ResizeObserver(look);

  constructor(root: HTMLElement) {
    root.addEventListener("contentvisibilityautostatechange", (event) => {
      const { target, skipped } = event as ContentVisibilityAutoStateChangeEvent;
      for (const box of (target as Element).querySelectorAll(BOX)) {
        if (skipped) this.#leave(box);
        else this.watch(box);
      }
    });
  }

  watch(box: Element): void {
    this.#observer.observe(box);
    if (box.firstElementChild !== null) this.#observer.observe(box.firstElementChild);
  }

  end(): void {
    this.#observer.disconnect();
  }

  #leave(box: Element): void {
    this.#observer.unobserve(box);
    if (box.firstElementChild !== null) this.#observer.unobserve(box.firstElementChild);
  }
}

/** All are measured before any is changed: a change in between would have the page laid out again. */
function look(changes: readonly ResizeObserverEntry[]): void {
  const boxes = new Set(changes.map(({ target }) => target.closest<HTMLElement>(BOX)));
  const overflowing = new Map<HTMLElement, boolean>();
  for (const box of boxes) if (box !== null) overflowing.set(box, overflows(box));
  for (const [box, now] of overflowing) if (now !== (box.tabIndex === 0)) describe(box, now);
}

function overflows(box: HTMLElement): boolean {
  return box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
}

function describe(box: HTMLElement, overflowing: boolean): void {
  if (!overflowing) {
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    return;
  }
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", box.dataset["scroller"] ?? "");
}
