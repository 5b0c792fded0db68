/**
 * The workshop that makes DOM from text. It imports nothing of ours, and what is not named here
 * is its own affair.
 *
 * blocks/ reads lines into a tree, inline/ the words of its leaves, dom/ puts both on the page.
 */
export { watchOverflow } from "./overflow";
export { type Renderer, createRenderer, renderInline, tableSource, warm } from "./renderer";
export { languageName } from "./dom/languages";
