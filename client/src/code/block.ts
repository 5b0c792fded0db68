/** One block of code: how much of it there is, has been sent to be read, has come back, is painted. */
import type { GrammarName } from "./grammars";
import type { Pieces } from "./messages";
import { type Outcome, Painter } from "./painter";

/** Characters. A longer block costs more than its colours are worth. */
export const LONGEST = 50 * 1024;

export class Block {
  readonly painter: Painter;
  /** What the worker calls it; another one whenever it has to be read from its beginning. */
  id = 0;
  seen = false;
  /** It stays as it is from now on. */
  over = false;
  #lines: readonly string[] = [];
  /** How many lines will not change any more. */
  #complete = 0;
  #counted = 0;
  #length = 0;
  #sent = 0;
  #heard = 0;
  /** Lines that have come back and are not painted. */
  #waiting: Pieces[] = [];

  constructor(
    readonly element: HTMLElement,
    readonly grammar: GrammarName,
  ) {
    this.painter = new Painter(element);
  }

  update(lines: readonly string[], complete: number): void {
    this.#lines = lines;
    this.#complete = complete;
    for (; this.#counted < complete; this.#counted++)
      this.#length += (lines[this.#counted]?.length ?? 0) + 1;
  }

  get isTooLong(): boolean {
    return this.#length + (this.#lines[this.#complete]?.length ?? 0) > LONGEST;
  }

  /** Every line is complete and has its colours. */
  get isDone(): boolean {
    return this.#lines.length > 0 && this.painter.lines === this.#lines.length;
  }

  get isAllRead(): boolean {
    return this.#lines.length > 0 && this.#heard === this.#lines.length;
  }

  get hasColours(): boolean {
    return this.#waiting.length > 0;
  }

  /** The lines that nobody has read yet; they are, from now on. */
  takeUnread(): readonly string[] {
    const lines = this.#lines.slice(this.#sent, this.#complete);
    this.#sent += lines.length;
    return lines;
  }

  /** Its reader is gone: it has to be read from its beginning. What is painted stays. */
  startOver(): void {
    this.id = 0;
    this.#sent = this.#heard = 0;
    this.#waiting = [];
  }

  hear(lines: readonly Pieces[]): void {
    const known = Math.max(0, this.painter.lines - this.#heard);
    this.#heard += lines.length;
    this.#waiting.push(...lines.slice(known));
  }

  /** Paint a line that has come back. */
  paintOne(selected: Range | null): Outcome {
    const outcome = this.painter.paint(this.#waiting[0] ?? [], selected);
    if (outcome === "painted") this.#waiting.shift();
    return outcome;
  }
}
