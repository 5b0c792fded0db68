/**
 * What the view gets: text that comes in pieces is on the page by the next frame.
 *
 * The engine is a chunk of its own, so that the page itself is there sooner; until it has come (or if
 * it never comes) text is shown as it was written.
 */
import { type ControlOptions, listenToControls } from "./controls";
import type * as engineModule from "./engine";
import { atNextFrame } from "./frames";
import type { Hooks } from "./hooks";
import { Overflowing } from "./overflow";
import { wrapAsOthers } from "./wrapping";

export interface Renderer {
  /** More text. It is on the page by the next frame. */
  push(delta: string): void;
  /** No more text will come. The page then shows (of a very long text, soon) what the whole at once would have. */
  end(): void;
}

type Engine = typeof engineModule;

let engine: Engine | null = null;
let loading: Promise<void> | null = null;

/** Fetch the engine, if it is not there yet. */
export function warm(): Promise<void> {
  loading ??= import("./engine").then(
    (loaded) => {
      engine = loaded;
    },
    () => {
      loading = null;
    },
  );
  return loading;
}

export interface Options extends ControlOptions, Hooks {
  /** Of long code only the beginning is shown at first. */
  readonly folds: boolean;
}

export function createRenderer(target: HTMLElement, options: Options): Renderer {
  listenToControls(target, options);
  const boxes = new Overflowing(target);
  const placed = (element: HTMLElement): void => {
    if (element.matches(".code")) {
      wrapAsOthers(element, options.session);
      if (options.folds) engine?.fold(element);
    }
    watchScroller(element, boxes);
    options.placed?.(element);
  };
  return new StreamRenderer(target, { ...options, placed });
}

/** A drawn table, as it may be written in Markdown. */
export function tableSource(table: Element): string | null {
  return engine?.markdownOf(table) ?? null;
}

/** One line of Markdown inside a control: emphasis and code, nothing that could be pressed. */
export function renderInline(target: HTMLElement, text: string): void {
  target.textContent = text;
  if (engine !== null) engine.drawInline(target, text);
  else
    void warm().then(() => {
      if (target.textContent === text) engine?.drawInline(target, text);
    });
}

class StreamRenderer implements Renderer {
  readonly #target: HTMLElement;
  readonly #waiting: string[] = [];
  #text: engineModule.Portions | null = null;
  #ended = false;
  readonly #draw = (): void => {
    if (engine === null) this.#drawPlain();
    else this.#drawMarkdown(engine);
  };

  constructor(
    target: HTMLElement,
    readonly hooks: Hooks,
  ) {
    this.#target = target;
    target.replaceChildren();
    if (engine === null) void warm().then(this.#draw);
  }

  push(delta: string): void {
    if (delta === "" || this.#ended) return;
    this.#waiting.push(delta);
    atNextFrame(this.#draw);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#draw();
  }

  #drawMarkdown({ Portions }: Engine): void {
    if (this.#text === null) this.#target.replaceChildren();
    this.#text ??= new Portions(this.#target, this.hooks);
    this.#text.push(this.#waiting.splice(0).join(""));
    if (this.#ended) this.#text.end();
    if (!this.#text.draw()) atNextFrame(this.#draw);
  }

  #drawPlain(): void {
    const paragraph = document.createElement("p");
    paragraph.className = "source";
    paragraph.dir = "auto";
    paragraph.textContent = this.#waiting.join("");
    this.#target.replaceChildren(paragraph);
  }
}

/** What may be wider than the page scrolls in a box of its own, which the keyboard must reach. */
function watchScroller(element: HTMLElement, boxes: Overflowing): void {
  if (!element.matches(".code, .table, [data-scroller]")) return;
  const box = element.matches("[data-scroller]") ? element : element.querySelector("[data-scroller]");
  if (box !== null) boxes.watch(box);
}
