/** The page's own way: the engine, with what view/Markdown.svelte hangs on it. */
import { type Highlighting, highlight } from "../../../../client/src/code";
import { type Renderer, createRenderer, warm } from "../../../../client/src/markdown";
import { watchFormulas } from "../../../../client/src/math";
import type { Begin, Subject } from "../subject";

/** What buttons do when they are pressed; here nobody presses them. */
const pressed = {
  ...{ copy: () => Promise.resolve(true), imageHosts: () => [], tableText: () => null, folds: false },
  session: { read: () => null, write: () => undefined },
};
const colours = (code: HTMLElement, language: string): Highlighting => highlight(code, language);

export const begin: Begin = async (target) => {
  await warm();
  watchFormulas(target);
  return withDot(target, createRenderer(target, { ...pressed, colours }));
};

/** As the others are here: code without colours, formulas as their source. */
export const beginPlainer: Begin = async (target) => {
  await warm();
  return withDot(target, createRenderer(target, pressed));
};

/** The dot after the last character: its rules look at every element that is added. */
function withDot(target: HTMLElement, renderer: Renderer): Subject {
  target.classList.add("writing");
  return {
    push: (delta) => renderer.push(delta),
    end() {
      renderer.end();
      target.classList.remove("writing");
    },
  };
}
