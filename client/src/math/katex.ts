/** What is a chunk of its own, fetched when the first formula is to be drawn: KaTeX, its look, its fonts. */
import katex from "katex";
import "katex/dist/katex.min.css";
import "./formulas.css";
import { expansionsOf } from "./bounds";

const LARGEST_EM = 20;

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
  return made.firstElementChild;
}
