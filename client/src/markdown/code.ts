/**
 * A code block: its header with the language's name and its buttons, and the code.
 *
 * What the buttons do is the business of controls.ts, which finds them by `data-action`.
 */
import { languageName, languageOf } from "./languages";
import { type VElement, h } from "./tree";

const COPY =
  "M7.5 6.5v-1a2 2 0 0 1 2-2h5a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-1M5.5 6.5h5a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-5a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2Z";
const WRAP = "M3.5 5h13M3.5 10h10.25a2.75 2.75 0 0 1 0 5.5H10m2-2-2 2 2 2M3.5 15h3";

/** `info` is what stood after the fence; the last line end belongs to the fence, not to the code. */
export function codeBlock(content: string, info = ""): VElement {
  const language = languageOf(info);
  const name = languageName(language);
  return h("div", { class: "code", "data-gc": "code", "data-language": language, dir: "ltr" }, [
    h("div", { class: "code-head" }, [
      h("span", { class: "code-language" }, [name]),
      button("wrap", "Wrap lines", WRAP, []),
      button("copy", "Copy code", COPY, [h("span", { class: "code-copy-word" }, ["Copy"])]),
    ]),
    h("pre", { "data-scroller": `${name} code` }, [
      h("code", { translate: "no" }, [content.replace(/\n$/, "")]),
    ]),
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
