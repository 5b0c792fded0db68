/**
 * Owns the scroll position of the conversation: pins a new question, keeps the
 * blank below it, follows when asked, and otherwise leaves the reader alone.
 *
 * The numbers are geometry.ts's, the decision to follow is follow.ts's. It knows
 * elements, not messages.
 */
import { afterScroll, isOwn, isUpwards, type Mode } from "./follow";
import { anchorTop, AT_END, blankFor, endTop, showsPill, type Measures } from "./geometry";
import { glide } from "./glide";

export interface Parts {
  root: HTMLElement;
  header: HTMLElement;
  /** What is said; its lower edge is the end of the conversation. */
  list: HTMLElement;
  /** Empty room below it; its least height is set here. */
  blank: HTMLElement;
  dock: HTMLElement;
}

/** A finger that moved this far meant it. */
const TOUCH_MEANT = 10;
/** Between the header and what is shown below it. */
const BELOW_HEADER = 16;

export class Scroller {
  #parts: Parts;
  #onpill: (shown: boolean) => void;
  #mode: Mode = "settling";
  #growing = false;
  #pinned = 0;
  #written = 0;
  #before = 0;
  #pill = false;
  /** Where the view is to stand, while what is shown is still being drawn; until the person moves. */
  #goal: (() => number) | null = null;
  #halt = (): void => undefined;
  #sizes = new ResizeObserver(() => this.#settle());
  #listening = new AbortController();

  constructor(parts: Parts, onpill: (shown: boolean) => void) {
    this.#parts = parts;
    this.#onpill = onpill;
    for (const part of [parts.root, parts.list, parts.dock]) this.#sizes.observe(part);
    this.#listen();
  }

  destroy(): void {
    this.#halt();
    this.#sizes.disconnect();
    this.#listening.abort();
  }

  /** A chat was opened: its end is shown; if it is `growing`, until the person moves. */
  opened(growing = false): void {
    this.#goal = null;
    this.#mode = "settling";
    this.#growing = growing;
    this.#pinned = 0;
    this.#settle();
  }

  /** Where the view stands, to come back to; null: at the end. */
  get place(): number | null {
    if (this.#goal !== null) return this.#goal();
    const top = this.#parts.root.scrollTop;
    return endTop(this.#measure()) - top > AT_END ? top : null;
  }

  /** A chat is on screen again, where it was left. */
  restore(top: number): void {
    this.stay();
    this.#aim(() => top);
  }

  /** `element` is what the person came for: it stands right below the header. */
  show(element: Element): void {
    this.stay();
    const { root, header } = this.#parts;
    this.#aim(() => {
      const by = element.getBoundingClientRect().top - root.getBoundingClientRect().top;
      return Math.max(0, root.scrollTop + by - header.offsetHeight - BELOW_HEADER);
    });
  }

  /** A question was asked: `question` is pinned, with a third of the view above it. */
  anchor(question: Element): void {
    this.#goal = null;
    this.#mode = "anchored";
    const { root } = this.#parts;
    const bottom =
      question.getBoundingClientRect().bottom - root.getBoundingClientRect().top + root.scrollTop;
    this.#pinned = anchorTop(bottom, this.#measure());
    this.#settle();
    this.#glideTo(this.#pinned);
  }

  /** The first exchange of a chat begins under the header, where it is. */
  stay(): void {
    this.#goal = null;
    this.#mode = "anchored";
    this.#pinned = 0;
    this.#settle();
  }

  /** The person wants to see the end, and what comes. */
  follow(): void {
    this.#goal = null;
    this.#mode = "following";
    this.#glideTo(endTop(this.#measure()));
  }

  /** While an answer grows the browser must not shift what is read to keep something else still. */
  set streaming(streaming: boolean) {
    this.#parts.root.style.overflowAnchor = streaming ? "none" : "";
    if (!streaming) this.#growing = false;
    else if (!this.#growing && this.#mode === "settling") this.#mode = "anchored";
  }

  #measure(): Measures {
    const { root, header, list, dock } = this.#parts;
    const top = root.getBoundingClientRect().top - root.scrollTop;
    return {
      view: root.clientHeight,
      header: header.offsetHeight,
      dock: dock.offsetHeight,
      end: list.getBoundingClientRect().bottom - top,
    };
  }

  /** Sizes changed: the blank gives way, and the view follows if it does. */
  #settle(): void {
    const measures = this.#measure();
    this.#parts.blank.style.minHeight = `${blankFor(this.#pinned, measures)}px`;
    const end = endTop(measures);
    if (this.#goal !== null) this.#write(this.#goal());
    else if (this.#mode === "settling") this.#write(end);
    else if (this.#mode === "following" && end > this.#parts.root.scrollTop) {
      this.#halt();
      this.#write(end);
    }
    this.#look(measures);
  }

  #look(measures: Measures): void {
    const shown = showsPill(this.#pill, this.#parts.root.scrollTop, measures);
    if (shown === this.#pill) return;
    this.#pill = shown;
    this.#onpill(shown);
  }

  #write(top: number): void {
    this.#parts.root.scrollTop = top;
    this.#written = this.#before = this.#parts.root.scrollTop;
  }

  #glideTo(top: number): void {
    this.#halt();
    this.#halt = glide(this.#parts.root.scrollTop, top, (at) => this.#write(at));
  }

  #aim(goal: () => number): void {
    this.#goal = goal;
    this.#settle();
  }

  #read(): void {
    this.#halt();
    this.#goal = null;
    if (this.#mode !== "anchored") this.#mode = "anchored";
  }

  #listen(): void {
    const { root, list } = this.#parts;
    const options = { passive: true, signal: this.#listening.signal };
    root.addEventListener("scroll", () => this.#scrolled(), options);
    root.addEventListener("wheel", ({ deltaY }) => deltaY < 0 && this.#read(), options);
    let finger = 0;
    const y = (event: TouchEvent): number => event.touches[0]?.clientY ?? 0;
    root.addEventListener("touchstart", (event) => (finger = y(event)), options);
    root.addEventListener(
      "touchmove",
      (event) => y(event) - finger >= TOUCH_MEANT && this.#read(),
      options,
    );
    root.addEventListener("keydown", (event) => this.#pressed(event), { signal: options.signal });
    list.addEventListener(
      "click",
      ({ target }) => (target as Element).closest("[aria-expanded], summary") && this.#read(),
      options,
    );
    document.addEventListener("selectionchange", () => this.#selected(), options);
  }

  #pressed(event: KeyboardEvent): void {
    if ((event.target as Element).closest("textarea, input")) {
      if (event.key !== "End" || !(event.ctrlKey || event.metaKey)) return;
    }
    if (isUpwards(event.key, event.shiftKey)) this.#read();
    if (event.key === "End" && !event.shiftKey) {
      event.preventDefault();
      this.follow();
    }
  }

  #selected(): void {
    const selection = document.getSelection();
    if (selection === null || selection.isCollapsed) return;
    if (this.#parts.list.contains(selection.anchorNode)) this.#read();
  }

  #scrolled(): void {
    const measures = this.#measure();
    const top = this.#parts.root.scrollTop;
    const [before, written] = [this.#before, this.#written];
    if (!isOwn(top, written)) this.#goal = null;
    this.#mode = afterScroll(this.#mode, { top, before, written, end: endTop(measures) });
    this.#before = top;
    this.#look(measures);
  }
}
