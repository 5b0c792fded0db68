/**
 * Which turns are drawn: of a very long chat the last ones first. Earlier ones follow when the page has
 * nothing else to do, so that the browser's own search finds them, or at once as somebody comes near
 * them. All of 10,000 messages took the page half a minute, in which nothing was on screen.
 */
import { tick, untrack } from "svelte";
import type { Chat } from "../state/chat.svelte";

/** Turns; a chat of fewer is drawn as a whole: that takes less than a second. */
const LONG = 300;
const AT_ONCE = 100;
/** Few enough that whoever begins to type just then does not notice. */
const WHEN_IDLE = 15;
/** Pixels: a few screens, so that whoever scrolls meets no edge. */
const NEAR = 4000;

export class Unrolling {
  #chat: Chat;
  #from = $state(0);

  readonly turns = $derived.by(() => {
    const { turns } = this.#chat;
    return turns.slice(Math.min(this.#from, Math.max(0, turns.length - AT_ONCE)));
  });

  /** The place of the first turn that is drawn. */
  get from(): number {
    return this.#from;
  }

  constructor(chat: Chat) {
    this.#chat = chat;
    $effect.pre(() => {
      const isHere = chat.room !== null && !chat.loading;
      if (isHere) untrack(() => this.#begin());
    });
    $effect.pre(() => {
      if (chat.chats.screen.target !== null) this.all();
    });
  }

  /** Somebody wants a message wherever it is, or all of them on paper. */
  all = (): void => {
    this.#from = 0;
  };

  /** What stands above the first turn: whoever comes near it sees earlier ones. */
  edge = (element: Element): (() => void) | undefined => {
    const root = element.closest<HTMLElement>('[data-gc="scroll"]');
    if (root === null) return;
    const near = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && void this.#earlier(root, element, AT_ONCE),
      { root, rootMargin: `${NEAR}px 0px` },
    );
    near.observe(element);
    const forget = whenIdle(() => void this.#earlier(root, element, WHEN_IDLE));
    return () => {
      near.disconnect();
      forget();
    };
  };

  /** Draw more above, and keep what is read where it is: at its very top a browser does not. */
  async #earlier(root: HTMLElement, { nextElementSibling: read }: Element, turns: number): Promise<void> {
    const top = (): number => read?.getBoundingClientRect().top ?? 0;
    const before = top();
    root.style.overflowAnchor = "none";
    this.#from = Math.max(0, this.#from - turns);
    await tick();
    root.scrollTop += top() - before;
    root.style.overflowAnchor = "";
  }

  #begin(): void {
    const { length } = this.#chat.turns;
    const isMeant = this.#chat.chats.screen.target !== null;
    this.#from = length > LONG && !isMeant ? length - AT_ONCE : 0;
  }
}

/** Safari has no idle callbacks; a pause does. */
function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback === "undefined") {
    const timer = setTimeout(work, 250);
    return () => clearTimeout(timer);
  }
  const asked = requestIdleCallback(work);
  return () => cancelIdleCallback(asked);
}
