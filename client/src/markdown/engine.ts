/** What is loaded late: everything that knows Markdown. */
export { GrowingText } from "./growing";
export { parseInline } from "./parser";
