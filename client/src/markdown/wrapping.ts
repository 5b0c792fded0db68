/** Whether long lines of code are wrapped: in all blocks alike, and until the tab is closed. */

export interface Session {
  read(key: string): string | null;
  write(key: string, value: string): void;
}

const KEY = "wraps";

/** Where nothing can be kept, this page remembers. */
let wraps: boolean | null = null;

/** Wrap the lines of a new block, if those of others are. */
export function wrapAsOthers(block: Element, session: Session): void {
  wraps ??= session.read(KEY) !== null;
  if (wraps) wrap(block);
}

export function toggleWrapping(session: Session): void {
  wraps = !(wraps ?? false);
  session.write(KEY, wraps ? "yes" : "");
  for (const block of document.querySelectorAll(".code")) wrap(block);
}

function wrap(block: Element): void {
  block.classList.toggle("wraps", wraps ?? false);
  block.querySelector(".code-wrap")?.setAttribute("aria-pressed", String(wraps));
}
