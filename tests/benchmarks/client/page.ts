/**
 * One subject on one page: an answer grows on it, and what that took is told to tests/benchmarks/rendering.py.
 *
 * The view follows the end, as the page's own does when asked to.
 */
import "../../../client/src/style/tokens.css";
import "../../../client/src/style/base.css";
import "../../../client/src/style/prose.css";
import "../../../client/src/style/words.css";
import "../../../client/src/style/blocks.css";
import "../../../client/src/style/code.css";
import "../../../client/src/style/tables.css";
import "../../../client/src/style/syntax.css";
import { ownTime, stage, timed } from "./clock";
import type { Begin, Subject } from "./subject";

const SUBJECTS: Readonly<Record<string, () => Promise<Begin>>> = {
  "ours": async () => (await import("./subjects/ours")).begin,
  "ours, plainer": async () => (await import("./subjects/ours")).beginPlainer,
  "plain text": async () => (await import("./subjects/plain")).begin,
  "marked": async () => (await import("./subjects/marked")).begin,
  "streamdown": async () => (await import("./subjects/streamdown")).begin,
};
/** Characters of a token, by which pieces are cut. */
const TOKEN = 4;
/** Of a display with 60 frames a second. */
const FRAME_MS = 1000 / 60;
/** So many frames without work mean that nothing is left to do. */
const STILL = 20;
const PATIENCE_MS = 5000;

/** So many tokens at each frame, or so many each second. */
type Pace = { readonly perFrame: number } | { readonly perSecond: number };

interface Grown {
  readonly finished: boolean;
  /** Frames that the display would have shown and the page did not make. */
  readonly dropped: number;
}

interface Told extends Grown {
  readonly own: number;
  /** Milliseconds of each task longer than 50. */
  readonly long: readonly number[];
}

const root = document.getElementById("root") as HTMLElement;
const place = document.getElementById("text") as HTMLElement;
let subject: Subject | null = null;
const drawFrame = timed(() => subject?.frame?.());
const end = timed(() => subject?.end());
const push = timed((tokens: readonly string[]) => {
  for (const token of tokens) subject?.push(token);
});

async function begin(name: string): Promise<void> {
  const load = SUBJECTS[name];
  if (load === undefined) throw new Error(`There is no subject ${name}.`);
  const target = document.createElement("div");
  target.className = "prose";
  place.replaceChildren(target);
  new stage.sizes(() => {
    root.scrollTop = root.scrollHeight;
  }).observe(target);
  subject = await (await load())(target);
}

/** Let the text grow at its end. Done when nothing moves any more, or given up after `limit` ms. */
async function grow(text: string, pace: Pace, limit: number, last: boolean): Promise<Told> {
  const ownBefore = ownTime();
  const long: number[] = [];
  const watch = new PerformanceObserver((list) => note(list.getEntries(), long));
  watch.observe({ type: "longtask" });
  const { finished, dropped } = await new Promise<Grown>((resolve) => new Growth(text, pace, limit, resolve));
  if (finished && last) end();
  await stillness();
  note(watch.takeRecords(), long);
  watch.disconnect();
  return { own: ownTime() - ownBefore, dropped, long, finished };
}

/** It works in the frame's own callback: what follows a promise is missing in Chromium's count of script. */
class Growth {
  #at = 0;
  #began: number | null = null;
  #last = 0;
  #dropped = 0;

  constructor(
    readonly text: string,
    readonly pace: Pace,
    readonly limit: number,
    readonly done: (grown: Grown) => void,
  ) {
    stage.frame(this.#tick);
  }

  readonly #tick = (now: number): void => {
    this.#began ??= this.#last = now;
    this.#dropped += Math.max(0, Math.round((now - this.#last) / FRAME_MS) - 1);
    this.#last = now;
    const elapsed = now - this.#began;
    const finished = this.#at >= this.text.length;
    if (finished || elapsed > this.limit) {
      this.done({ finished, dropped: this.#dropped });
      return;
    }
    stage.frame(this.#tick);
    const tokens = this.#due(elapsed);
    if (tokens.length === 0) return;
    push(tokens);
    drawFrame();
  };

  #due(elapsed: number): readonly string[] {
    const { text, pace } = this;
    const until =
      "perFrame" in pace ? this.#at / TOKEN + pace.perFrame : Math.floor((elapsed * pace.perSecond) / 1000);
    const tokens: string[] = [];
    for (; this.#at < Math.min(text.length, until * TOKEN); this.#at += TOKEN)
      tokens.push(text.slice(this.#at, this.#at + TOKEN));
    return tokens;
  }
}

async function stillness(): Promise<void> {
  const began = performance.now();
  let before = ownTime();
  for (let still = 0; still < STILL && performance.now() - began < PATIENCE_MS; still++) {
    await new Promise(stage.frame);
    if (ownTime() !== before) still = 0;
    before = ownTime();
  }
}

function note(entries: readonly PerformanceEntry[], long: number[]): void {
  for (const { duration } of entries) long.push(duration);
}

Object.assign(window, { begin, grow });
