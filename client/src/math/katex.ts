/** KaTeX, its look, its fonts. */
import katex from "katex";
import "katex/dist/katex.min.css";
import "./formulas.css";
import { expansionsOf } from "./bounds";

const LARGEST_EM = 20;
/** What nearly every formula is set in, and how long it waits for that, in milliseconds. */
const FONTS = ["1em KaTeX_Main", "italic 1em KaTeX_Math", ...[1, 2, 3, 4].map((size) => `1em KaTeX_Size${String(size)}`)];
const PATIENCE = 1000;
/** As high as two hundred lines of a table. */
const FARTHEST_EM = 250;

/** Or do not come, or too late. */
export const fontsAreThere: Promise<unknown> = Promise.race([
  Promise.allSettled(FONTS.map((font) => document.fonts.load(font))),
  new Promise((done) => setTimeout(done, PATIENCE)),
]);

/** The formula, for the eye and as MathML; null if it is none, or too much of one. */
export function drawn(source: string, display: boolean): Element | null {
  const maxExpand = expansionsOf(source);
  if (maxExpand === null) return null;
  const made = document.createElement("span");
  try {
    katex.render(source, made, {
      displayMode: display,
      output: "htmlAndMathml",
      // Links, pictures, classes and styles of a stranger's are shown as their source.
      trust: false,
      errorColor: "currentcolor",
      strict: "ignore",
      maxExpand,
      maxSize: LARGEST_EM,
    });
  } catch {
    // Not only its own errors: a thousand braces overflow the stack.
    return null;
  }
  return reachesFar(made) ? null : made.firstElementChild;
}

/** `maxSize` bounds each size that is asked for, but neither negative ones nor what they add up to. */
function reachesFar(made: Element): boolean {
  for (const { style } of made.querySelectorAll<HTMLElement>(".katex-html [style]"))
    for (const name of style) {
      const value = style.getPropertyValue(name);
      if (value.endsWith("em") && Math.abs(parseFloat(value)) > FARTHEST_EM) return true;
    }
  return false;
}
