/**
 * A code block: its header with the language's name and its buttons, and the code.
 *
 * What the buttons do is the business of controls.ts, which finds them by `data-action`.
 */
import { isBlank } from "../blanks";
import type { Code } from "../blocks/block";
import type { Colours, Hooks } from "../hooks";
import { unescape } from "../inline/targets";
import { languageName, languageOf } from "./languages";
import { create } from "./patch";
import { type VElement, h } from "./tree";
import { Verbatim } from "./verbatim";

const COPY =
  "M7.5 6.5v-1a2 2 0 0 1 2-2h5a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-1M5.5 6.5h5a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-5a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2Z";
const WRAP = "M3.5 5h13M3.5 10h10.25a2.75 2.75 0 0 1 0 5.5H10m2-2-2 2 2 2M3.5 15h3";

export class CodeView {
  readonly element: HTMLElement;
  readonly #text: Verbatim;
  readonly #colours: Colours | undefined;

  constructor(
    readonly block: Code,
    hooks: Hooks,
  ) {
    const language = languageOf(unescape(block.info));
    this.element = create(frame(language)) as HTMLElement;
    const code = this.element.querySelector("code") as HTMLElement;
    this.#text = new Verbatim(code);
    this.#colours = hooks.colours?.(code, language);
  }

  draw(): void {
    const { lines, fence, open } = this.block;
    let count = lines.length;
    // Blank lines at the end of indented code are none of it, unless more code follows.
    if (fence === null && open) while (count > 0 && isBlank(lines[count - 1] ?? "")) count--;
    this.#text.draw(lines, count);
    if (!open) this.element.removeAttribute("data-open");
    const shown = count === lines.length ? lines : lines.slice(0, count);
    this.#colours?.update(shown, open ? count - 1 : count);
  }
}

function frame(language: string): VElement {
  const name = languageName(language);
  return h("div", { class: "code", "data-gc": "code", "data-language": language, dir: "ltr", "data-open": "" }, [
    h("div", { class: "code-head" }, [
      h("span", { class: "code-language" }, [name]),
      button("wrap", "Wrap lines", WRAP, []),
      button("copy", "Copy code", COPY, [h("span", { class: "code-copy-word" }, ["Copy"])]),
    ]),
    h("pre", { "data-scroller": `${name} code` }, [h("code", { translate: "no" })]),
  ]);
}

function button(action: string, label: string, path: string, words: readonly VElement[]): VElement {
  const toggle = action === "wrap" ? { "aria-pressed": "false" } : {};
  const attrs = {
    type: "button",
    class: `code-button code-${action}`,
    "data-action": action,
    "aria-label": label,
    title: label,
    ...toggle,
  };
  return h("button", attrs, [
    h("svg", { viewBox: "0 0 20 20", width: "16", height: "16", "aria-hidden": "true" }, [
      h("path", { d: path }),
    ]),
    ...words,
  ]);
}
