/**
 * What a reader has selected stays selected while the text around it goes on.
 *
 * Whatever would take it away waits until it is selected no more, but not for long, and not beyond the
 * end of the text. When it can wait no longer, the selection is put back to the same words.
 */

/** Milliseconds. By then it has been copied, or forgotten. */
const PATIENCE = 10_000;

interface Waiting {
  readonly element: Element;
  redraw(): void;
}

/** Each with the timer that ends its patience. */
const waiting = new Map<Waiting, ReturnType<typeof setTimeout>>();
let pressed = false;
/** To ask the browser is to have it lay out the page, so it is asked once, and only if there may be something. */
let selected: Range | null = null;
let isStale = true;

document.addEventListener("selectionchange", look);
for (const [event, down] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]] as const)
  document.addEventListener(event, () => notePointer(down), { capture: true, passive: true });

function notePointer(down: boolean): void {
  pressed = down;
  look();
}

/** What is selected now? To be called before anything is changed. */
export function noteSelection(): void {
  if (!isStale && selected === null) return;
  const selection = document.getSelection();
  // A mere point counts only while the pointer is down, for then it may become the start of more.
  const isSome = selection !== null && selection.rangeCount > 0 && (pressed || !selection.isCollapsed);
  selected = isSome ? selection.getRangeAt(0) : null;
  isStale = pressed;
}

/** What is selected, if some of it is in the element and, given a place, behind that. */
export function selectedIn(element: Node, from?: Range): Range | null {
  if (selected === null || !selected.intersectsNode(element)) return null;
  return from === undefined || selected.compareBoundaryPoints(Range.START_TO_END, from) > 0 ? selected : null;
}

/** It is drawn again once nothing in its element is selected any more, or it has waited long enough. */
export function whenUnselected(one: Waiting): void {
  if (!waiting.has(one)) waiting.set(one, setTimeout(redraw, PATIENCE, one));
}

/** Nothing in `target` waits any longer: its text has ended. */
export function drawWaiting(target: Element): void {
  for (const one of waiting.keys()) if (target.contains(one.element)) redraw(one);
}

function look(): void {
  isStale = true;
  if (waiting.size > 0) noteSelection();
  for (const one of waiting.keys()) if (selectedIn(one.element) === null) redraw(one);
}

function redraw(one: Waiting): void {
  clearTimeout(waiting.get(one));
  waiting.delete(one);
  noteSelection();
  one.redraw();
}

// --------------------------------------------------------------- put back to the same words

/** Change the element, or put another one in its place, which is the answer: what is selected stays so. */
export function keepSelection(element: Element, change: () => Element): void {
  const selection = document.getSelection();
  const range = selectedIn(element);
  if (selection === null || range === null) {
    change();
    return;
  }
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  const words = element.textContent;
  const from = within(element, range.startContainer, range.startOffset);
  const to = within(element, range.endContainer, range.endOffset);
  const isBackward = anchorNode === range.endContainer && anchorOffset === range.endOffset;
  const changed = change();
  const now = followed(words, from ?? 0, to ?? words.length, changed.textContent);
  const start = from === null ? null : placeAt(changed, now.from);
  const end = to === null ? null : placeAt(changed, now.to);
  const [anchor, focus] = isBackward ? [end, start] : [start, end];
  selection.setBaseAndExtent(
    ...(anchor ?? ([anchorNode ?? changed, anchorOffset] as const)),
    ...(focus ?? ([focusNode ?? changed, focusOffset] as const)),
  );
}

/** How many characters stand before this place in the element; null if it is elsewhere. */
function within(element: Element, node: Node, offset: number): number | null {
  if (!element.contains(node)) return null;
  const range = document.createRange();
  range.setStart(element, 0);
  range.setEnd(node, offset);
  return range.toString().length;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The same words, next to where they stood; or, if they are gone, what stands in their place. */
function followed(before: string, from: number, to: number, now: string): Stretch {
  const words = before.slice(from, to);
  const behind = now.indexOf(words, from);
  const ahead = now.lastIndexOf(words, from);
  const isNearer = ahead >= 0 && (behind < 0 || from - ahead < behind - from);
  const found = isNearer ? ahead : behind;
  if (found >= 0) return { from: found, to: found + words.length };
  const grown = now.length - before.length;
  return { from: Math.min(from, now.length), to: Math.max(from, Math.min(to, to + grown)) };
}

function placeAt(element: Element, offset: number): readonly [Node, number] {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = offset;
  let last: readonly [Node, number] = [element, 0];
  for (let text = texts.nextNode() as Text | null; text !== null; text = texts.nextNode() as Text | null) {
    if (left <= text.length) return [text, left];
    left -= text.length;
    last = [text, text.length];
  }
  return last;
}
