/**
 * Which block is read when, and painted when.
 *
 * Only a block that somebody can see is sent to the worker; painting takes a few milliseconds of a
 * frame and lets it go. This file and all it imports is fetched with the first block that has a language.
 */
import { Block } from "./block";
import type { GrammarName } from "./grammars";
import { grammarOf } from "./languages";
import { Link } from "./link";
import type { Reply } from "./messages";

/** Milliseconds of a frame that colours may take. */
const SHARE = 5;
/** How near to the window counts as seen. */
const NEAR = "300px";

/** Blocks that are being read, by the name the worker has for them. */
const reading = new Map<number, Block>();
const painting = new Set<Block>();
const byElement = new WeakMap<Element, Block>();
let lastId = 0;
let frame: number | null = null;
let pressed = false;

const link = new Link({ hear, lost });

const sight = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const block = byElement.get(target);
      if (block !== undefined) look(block, isIntersecting);
    }
  },
  { rootMargin: NEAR, scrollMargin: NEAR } as IntersectionObserverInit,
);

/** The selection's own range, which goes along with what changes around it. */
let selected: Range | null = null;
/** Whether it may be another by now. To tell, the browser lays out what was put on the page meanwhile. */
let isStale = true;

// What is selected is not painted; when that changes, it may be.
document.addEventListener("selectionchange", () => {
  isStale = true;
  paintSoon();
});
for (const [event, down] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]] as const)
  document.addEventListener(event, () => notePointer(down), { capture: true, passive: true });

function notePointer(down: boolean): void {
  pressed = down;
  if (!down) paintSoon();
}

/** Colour what is in the element, if there is a grammar for the language. */
export function begin(element: HTMLElement, language: string): Block | null {
  const grammar: GrammarName | undefined = grammarOf(language);
  if (grammar === undefined || link.dead) return null;
  const block = new Block(element, grammar);
  byElement.set(element, block);
  sight.observe(element);
  return block;
}

export function update(block: Block, lines: readonly string[], complete: number): void {
  if (block.over) return;
  block.update(lines, complete);
  if (!block.isTooLong) send(block);
  else {
    block.element.dataset["highlight"] = "too-long";
    end(block);
  }
}

/** Nobody needs its colours any more. */
export function end(block: Block): void {
  block.over = true;
  forget(block);
  painting.delete(block);
  sight.unobserve(block.element);
}

function look(block: Block, seen: boolean): void {
  block.seen = seen && block.element.isConnected;
  // It left the page. Should it come back, it is read again.
  if (!block.element.isConnected) forget(block);
  send(block);
}

function forget(block: Block): void {
  if (reading.delete(block.id)) link.send({ say: "forget", block: block.id });
  block.startOver();
}

function send(block: Block): void {
  if (!block.seen || block.over) return;
  const lines = block.takeUnread();
  if (lines.length === 0) return;
  if (block.id === 0) {
    block.id = ++lastId;
    reading.set(block.id, block);
  }
  link.send({ say: "read", block: block.id, grammar: block.grammar, lines });
}

function hear(reply: Exclude<Reply, { say: "begun" }>): void {
  const block = reading.get(reply.block);
  if (block === undefined) return;
  if (reply.say === "failed") {
    end(block);
    return;
  }
  block.hear(reply.lines);
  if (block.isAllRead) {
    reading.delete(block.id);
    link.send({ say: "forget", block: block.id });
  }
  painting.add(block);
  paintSoon();
}

function lost(guilty: number | null): void {
  const blocks = [...reading.values()];
  reading.clear();
  for (const block of blocks) {
    const isGuilty = block.id === guilty;
    block.startOver();
    if (isGuilty || link.dead) end(block);
    else send(block);
  }
}

function paintSoon(): void {
  if (painting.size > 0) frame ??= requestAnimationFrame(paint);
}

function paint(): void {
  frame = null;
  const until = performance.now() + SHARE;
  for (const block of painting) {
    const isHeld = paintBlock(block, until);
    if (block.hasColours && !isHeld) {
      paintSoon();
      if (performance.now() >= until) return;
    } else if (!block.hasColours) painting.delete(block);
  }
}

/** Whether a selection is in the way. */
function paintBlock(block: Block, until: number): boolean {
  const range = selectionIn(block.element);
  while (block.hasColours && performance.now() < until) {
    const outcome = block.paintOne(range);
    if (outcome === "held") return true;
    if (outcome === "lost") {
      end(block);
      return false;
    }
  }
  if (block.isDone) {
    block.element.dataset["highlight"] = "done";
    end(block);
  }
  return false;
}

/** A mere point counts only while the pointer is down, for then it may become the start of one. */
function selectionIn(element: Element): Range | null {
  if (isStale) {
    const selection = document.getSelection();
    selected = selection !== null && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
    isStale = false;
  }
  if (selected === null || (selected.collapsed && !pressed)) return null;
  return selected.intersectsNode(element) ? selected : null;
}
