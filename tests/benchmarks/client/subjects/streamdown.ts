/** The React component made for this, as its README has it, given the text at every frame. */
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { Streamdown } from "streamdown";
import type { Begin } from "../subject";

export const begin: Begin = (target) => {
  const root = createRoot(target);
  let text = "";
  const draw = (isAnimating: boolean): void => {
    root.render(createElement(Streamdown, { isAnimating }, text));
  };
  return {
    push(delta) {
      text += delta;
    },
    frame: () => draw(true),
    end: () => draw(false),
  };
};
