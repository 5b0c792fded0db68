/** What the page and its worker say to each other. */
import type { GrammarName } from "./grammars";

/** The next lines of a block, in order and without a gap; or: the block is needed no more. */
export type Request =
  | {
      readonly say: "read";
      readonly block: number;
      readonly grammar: GrammarName;
      readonly lines: readonly string[];
    }
  | { readonly say: "forget"; readonly block: number };

/** A line's pieces: length, number of the kind (kinds.ts), length, number, and so on to its end. */
export type Pieces = readonly number[];

/**
 * `begun`: the worker is busy with some lines, and if it stays silent from here on, it hangs.
 * `done`: the next lines of the block, in order. `failed`: the block has to stay as it is.
 */
export type Reply =
  | { readonly say: "begun"; readonly block: number }
  | { readonly say: "done"; readonly block: number; readonly lines: readonly Pieces[] }
  | { readonly say: "failed"; readonly block: number };
