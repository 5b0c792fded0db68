/**
 * The workshop that draws formulas: `code.math`, wherever it appears in a watched element, is given
 * the place of its source. It imports nothing of ours, and knows nothing of Markdown.
 *
 * Nothing is loaded before the first formula. What cannot be drawn stays its source, as code.
 */
export { watchFormulas } from "./formulas";
