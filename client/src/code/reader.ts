/**
 * The worker's work: reads blocks side by side, some lines of each in turn, each line once.
 *
 * It does not know that it is in a worker; worker.ts puts it into one.
 */
import type { GrammarName } from "./grammars";
import type { Pieces, Reply, Request } from "./messages";
import { Tokeniser, loadGrammar } from "./tokeniser";

/** Milliseconds spent on one block before another has its turn and the page its answer. */
const TURN = 30;

interface Block {
  readonly id: number;
  readonly waiting: string[];
  /** Null until its grammar is there. */
  tokeniser: Tokeniser | null;
}

export class Reader {
  /** In the order of their turns. */
  readonly #blocks = new Map<number, Block>();
  #isGoing = false;

  constructor(readonly reply: (reply: Reply) => void) {}

  receive(request: Request): void {
    if (request.say === "forget") this.#blocks.delete(request.block);
    else this.#read(request.block, request.grammar, request.lines);
  }

  #read(id: number, grammar: GrammarName, lines: readonly string[]): void {
    let block = this.#blocks.get(id);
    if (block === undefined) {
      block = { id, waiting: [], tokeniser: null };
      this.#blocks.set(id, block);
      void this.#begin(block, grammar);
    }
    block.waiting.push(...lines);
    this.#goOn();
  }

  async #begin(block: Block, name: GrammarName): Promise<void> {
    try {
      block.tokeniser = new Tokeniser(await loadGrammar(name));
      this.#goOn();
    } catch {
      this.#fail(block);
    }
  }

  #fail(block: Block): void {
    if (this.#blocks.delete(block.id)) this.reply({ say: "failed", block: block.id });
  }

  #goOn(): void {
    if (this.#isGoing) return;
    this.#isGoing = true;
    // Not at once: requests that have come in between are heard first.
    setTimeout(() => {
      this.#isGoing = false;
      this.#takeTurn();
    });
  }

  #takeTurn(): void {
    for (const block of this.#blocks.values()) {
      if (block.tokeniser === null || block.waiting.length === 0) continue;
      // To the end of the queue: the others come first now.
      this.#blocks.delete(block.id);
      this.#blocks.set(block.id, block);
      this.#readSome(block, block.tokeniser);
      this.#goOn();
      return;
    }
  }

  #readSome(block: Block, tokeniser: Tokeniser): void {
    this.reply({ say: "begun", block: block.id });
    const end = performance.now() + TURN;
    const lines: Pieces[] = [];
    try {
      do lines.push(tokeniser.read(block.waiting[lines.length] ?? ""));
      while (lines.length < block.waiting.length && performance.now() < end);
    } catch {
      this.#fail(block);
      return;
    }
    block.waiting.splice(0, lines.length);
    this.reply({ say: "done", block: block.id, lines });
  }
}
