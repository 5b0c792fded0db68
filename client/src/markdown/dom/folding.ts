/**
 * Long code in an answer of earlier: its beginning, and a button for the rest.
 *
 * All of it is there all the same, to be copied and to be found; what the browser finds it scrolls to,
 * and then all is shown.
 */
import { create } from "./patch";
import { h } from "./tree";

/** Lines. A little more than is shown would not be worth a button. */
const LONG = 60;

export function fold(block: Element): void {
  const code = block.querySelector("pre > code");
  const lines = (code?.textContent ?? "").split("\n").length;
  if (code === null || lines <= LONG) return;
  const words = `Show all ${String(lines)} lines`;
  const button = create(h("button", { type: "button", class: "code-all" }, [words])) as HTMLElement;
  const unfold = (): void => {
    block.classList.remove("folded");
    button.remove();
  };
  button.addEventListener("click", () => {
    unfold();
    // The keyboard goes on where it was.
    block.setAttribute("tabindex", "-1");
    (block as HTMLElement).focus({ preventScroll: true });
  });
  code.addEventListener("scroll", unfold, { once: true });
  block.classList.add("folded");
  block.append(button);
}
