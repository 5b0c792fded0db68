/**
 * Where things stand on a page that scrolls, as numbers. Pure.
 *
 * All heights in CSS pixels; positions are measured from the top of the scrolled
 * content, so that `position - scrollTop` is the place on screen. The header stays
 * at the top of the view and the dock at its bottom, both over the content.
 */
export interface Measures {
  /** Height of the scrolling view. */
  view: number;
  header: number;
  dock: number;
  /** Where the conversation ends, without the blank below it. */
  end: number;
}

/** Old context kept above a new question: a third of the room, and never less than two lines of it. */
const CONTEXT_SHARE = 1 / 3;
const CONTEXT_LEAST = 88;

/** Nearer than this to the end is at the end. */
export const AT_END = 24;

/** Further below the fold than `SHOWN`, the end is worth a way there; it goes at `HIDDEN`. */
const SHOWN = 72;
const HIDDEN = 40;

export function contextOf({ view, header, dock }: Measures): number {
  return Math.max(CONTEXT_LEAST, (view - header - dock) * CONTEXT_SHARE);
}

/** The scrollTop that puts `bottom`, the lower edge of a question, at header + context. */
export function anchorTop(bottom: number, measures: Measures): number {
  return Math.max(0, Math.round(bottom - measures.header - contextOf(measures)));
}

/** The scrollTop that shows the end of the conversation just above the dock. */
export function endTop({ end, dock, view }: Measures): number {
  return Math.max(0, end + dock - view);
}

/**
 * The blank below the conversation that lets `pinned` be reached. It shrinks as the
 * answer grows, so the height of the whole, and with it the scrollbar, stays.
 */
export function blankFor(pinned: number, { view, dock, end }: Measures): number {
  return Math.max(0, pinned + view - dock - end);
}

/** Whether the way to the end is shown, a little stubborn so that it does not flicker. */
export function showsPill(shown: boolean, top: number, measures: Measures): boolean {
  return endTop(measures) - top > (shown ? HIDDEN : SHOWN);
}
