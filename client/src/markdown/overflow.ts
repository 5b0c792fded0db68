/**
 * Makes a box that scrolls sideways reachable by keyboard, but only while there is something to scroll.
 *
 * A box that fits would only be one more stop of the Tab key.
 */

/** Watch `box`, whose content is its first child, and call it `label` while it overflows. */
export function watchOverflow(box: HTMLElement, label: () => string): () => void {
  const look = (): void => {
    const overflows =
      box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (overflows) describe(box, label());
    else for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  };
  const observer = new ResizeObserver(look);
  observer.observe(box);
  if (box.firstElementChild !== null) observer.observe(box.firstElementChild);
  return () => {
    observer.disconnect();
  };
}

function describe(box: HTMLElement, label: string): void {
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", label);
}
