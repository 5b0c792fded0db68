/** The page's own way: the engine, with what view/Markdown.svelte hangs on it. */
import { type Highlighting, highlight } from "../../../../client/src/code";
import { createRenderer, warm } from "../../../../client/src/markdown";
import { watchFormulas } from "../../../../client/src/math";
import type { Begin } from "../subject";

const copy = (): Promise<boolean> => Promise.resolve(true);
const tableText = (): null => null;

export const begin: Begin = async (target) => {
  await warm();
  const colours = (code: HTMLElement, language: string): Highlighting => highlight(code, language);
  const renderer = createRenderer(target, { copy, tableText, colours });
  watchFormulas(target);
  return renderer;
};

/** As the others are here: code without colours, formulas as their source. */
export const beginPlainer: Begin = async (target) => {
  await warm();
  return createRenderer(target, { copy, tableText });
};
