/**
 * The workshop that makes DOM from text. It imports nothing of ours, and what is not named here
 * is its own affair: an engine of another make may take markdown-it's place unnoticed.
 */
export { watchOverflow } from "./overflow";
export { type Renderer, createRenderer, renderInline, warm } from "./renderer";
export { languageName } from "./languages";
