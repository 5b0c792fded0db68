/**
 * Text of a model → elements on the page, while it arrives.
 *
 * The Markdown engine is a chunk of its own, so that the page is there before it; until it has
 * come (or if it never comes) text is shown as it was written.
 */
import { type ControlOptions, listenToControls } from "./controls";
import type * as engineModule from "./engine";
import { atNextFrame } from "./frames";
import type { GrowingText } from "./growing";
import { watchOverflow } from "./overflow";
import { patch } from "./patch";
import type { VNode } from "./tree";

export interface Renderer {
  /** More text. It is on the page by the next frame. */
  push(delta: string): void;
  /** No more text will come. The page then shows exactly what the whole text at once would have. */
  end(): void;
}

type Engine = typeof engineModule;

let engine: Engine | null = null;
let loading: Promise<Engine | null> | null = null;

/** Fetch the Markdown engine now, before the first text needs it. */
export function warm(): Promise<Engine | null> {
  loading ??= import("./engine").then(
    (loaded) => (engine = loaded),
    () => (loading = null),
  );
  return loading;
}

export function createRenderer(target: HTMLElement, options: ControlOptions): Renderer {
  listenToControls(target, options);
  return new StreamRenderer(target);
}

/** One line of Markdown inside a control: emphasis and code, no links. */
export function renderInline(target: HTMLElement, text: string): void {
  const draw = (ready: Engine): void => {
    target.replaceChildren();
    patch(target, [], ready.parseInline(text), ignore);
  };
  target.textContent = text;
  if (engine !== null) draw(engine);
  else
    void warm().then((ready) => {
      if (ready !== null && target.textContent === text) draw(ready);
    });
}

class StreamRenderer implements Renderer {
  readonly #target: HTMLElement;
  readonly #waiting: string[] = [];
  #text: GrowingText | null = null;
  #shown: readonly VNode[] = [];
  #ended = false;
  #cancel: (() => void) | null = null;

  constructor(target: HTMLElement) {
    this.#target = target;
    target.replaceChildren();
    if (engine === null)
      void warm().then(() => {
        this.#draw();
      });
  }

  push(delta: string): void {
    if (delta === "" || this.#ended) return;
    this.#waiting.push(delta);
    this.#cancel ??= atNextFrame(() => {
      this.#draw();
    });
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#draw();
  }

  #draw(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (engine === null)
      this.#show([
        { tag: "p", attrs: { class: "plain", dir: "auto" }, children: [this.#waiting.join("")] },
      ]);
    else this.#drawMarkdown(engine);
  }

  #drawMarkdown({ GrowingText }: Engine): void {
    this.#text ??= new GrowingText();
    for (const delta of this.#waiting.splice(0)) this.#text.push(delta);
    this.#show(this.#ended ? this.#text.finish() : this.#text.blocks());
  }

  #show(nodes: readonly VNode[]): void {
    patch(this.#target, this.#shown, nodes, watchScroller);
    this.#shown = nodes;
  }
}

function watchScroller(element: Element): void {
  if (!(element instanceof HTMLElement) || element.dataset["scroller"] === undefined) return;
  watchOverflow(element, () => element.dataset["scroller"] ?? "");
}

function ignore(): void {
  // Nothing in one line of text scrolls.
}
