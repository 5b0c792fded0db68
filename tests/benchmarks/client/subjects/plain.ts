/** The least a page can do: no Markdown, a paragraph for each line, and text nodes that grow. */
import type { Begin } from "../subject";

export const begin: Begin = (target) => {
  let node: Text | null = null;
  return {
    push(delta) {
      delta.split("\n").forEach((part, at) => {
        if (at > 0) node = null;
        if (part === "") return;
        node ??= target.appendChild(document.createElement("p")).appendChild(new Text());
        node.appendData(part);
      });
    },
    end() {},
  };
};
