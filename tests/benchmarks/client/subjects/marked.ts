/** What most pages begin with: all of the text through `marked` into innerHTML, at every frame. */
import { marked } from "marked";
import type { Begin } from "../subject";

export const begin: Begin = (target) => {
  let text = "";
  const draw = (): void => {
    target.innerHTML = marked.parse(text, { async: false });
  };
  return {
    push(delta) {
      text += delta;
    },
    frame: draw,
    end: draw,
  };
};
