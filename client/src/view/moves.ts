/** Moves of the page's own frame: the composer to its dock, and out of the keyboard's way. */

const DOWN = { duration: 300, easing: "cubic-bezier(0.32, 0.72, 0, 1)" };

/** From where it stands now to where it stands once the page has changed, by transform alone. */
export function glideComposer(changed: Promise<void>): void {
  const composer = document.querySelector('[data-gc="composer"]');
  if (composer === null || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const before = composer.getBoundingClientRect().top;
  void changed.then(() => {
    const by = before - composer.getBoundingClientRect().top;
    if (Math.abs(by) > 1) composer.animate([{ transform: `translateY(${by}px)` }, {}], DOWN);
  });
}

/**
 * A keyboard on the screen covers the page where the browser does not shrink it for us
 * (Safari): the page is as tall, and stands where, the person can see it.
 */
export function aboveKeyboard(page: HTMLElement): (() => void) | undefined {
  const seen = window.visualViewport;
  if (seen === null) return undefined;
  const fit = (): void => {
    const covered = seen.scale === 1 && innerHeight - seen.height > 1;
    page.style.height = covered ? `${seen.height}px` : "";
    page.style.transform = covered && seen.offsetTop > 0 ? `translateY(${seen.offsetTop}px)` : "";
  };
  const listening = new AbortController();
  for (const kind of ["resize", "scroll"])
    seen.addEventListener(kind, fit, { signal: listening.signal });
  return () => listening.abort();
}
