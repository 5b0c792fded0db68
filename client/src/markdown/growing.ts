/**
 * A text that grows at its end, as a list of blocks of which only the last can still change.
 *
 * Complete lines settle blocks: once a following block has begun on a complete line, the blocks
 * before it stay the same objects for good, and only what comes after is read again. `finish`
 * reads the whole text once more, so that the result is exactly that of text which came at once
 * (a link may be defined after its use). Making DOM of it is the business of patch.ts.
 */
import { Outline } from "./outline";
import { type Env, newEnv, parse, parseUnfinished } from "./parser";
import type { VElement } from "./tree";

export class GrowingText {
  readonly #chunks: string[] = [];
  readonly #closed: VElement[] = [];
  readonly #env: Env = newEnv(true);
  #outline = new Outline();
  #tail = "";
  #settled = 0;
  #held = "";

  push(delta: string): void {
    const text = this.#held + delta;
    this.#held = heldBack(text);
    this.#take(text.slice(0, text.length - this.#held.length).replace(/\r\n?/g, "\n"));
  }

  /** The blocks as they look now. Unchanged ones are the very objects returned before. */
  blocks(): readonly VElement[] {
    this.#settle();
    const env = { references: { ...this.#env.references }, open: true };
    const open = parseUnfinished(this.#tail, env, this.#outline.copy());
    return [...this.#closed, ...open.map((block) => block.node)];
  }

  /** The blocks of the whole text, read at once. */
  finish(): readonly VElement[] {
    this.#take(this.#held.replace("\r", "\n"));
    this.#held = "";
    return parse(this.#chunks.join(""), newEnv(false), new Outline()).map((block) => block.node);
  }

  #take(text: string): void {
    this.#chunks.push(text);
    this.#tail += text;
  }

  #settle(): void {
    const complete = this.#tail.lastIndexOf("\n") + 1;
    if (complete <= this.#settled) return;
    const blocks = parse(this.#tail.slice(0, complete), this.#env, this.#outline.copy());
    const last = blocks.at(-1);
    this.#settled = complete;
    if (last === undefined || blocks.length < 2) return;
    const settled = blocks.slice(0, -1);
    const cut = startOfLine(this.#tail, last.line);
    this.#closed.push(...settled.map((block) => block.node));
    this.#outline = settled.at(-1)?.outline ?? this.#outline;
    this.#tail = this.#tail.slice(cut);
    this.#settled = complete - cut;
  }
}

/** Half a line end or half a character waits for its other half. */
function heldBack(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last === 0x0d || (last >= 0xd800 && last <= 0xdbff) ? text.slice(-1) : "";
}

function startOfLine(text: string, line: number): number {
  let at = 0;
  for (let count = 0; count < line; count++) at = text.indexOf("\n", at) + 1;
  return at;
}
