/** A text in pieces has the lines of the whole text. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { GrowingLines } from "./growingLines";

test("lines are the same in any pieces", () => {
  const pieces = fc.array(fc.stringMatching(/^[ab\n]{0,6}$/));
  fc.assert(
    fc.property(pieces, (given) => {
      const lines = new GrowingLines();
      for (const piece of given) lines.push(piece);
      expect(lines.all).toEqual(given.join("").split("\n"));
    }),
  );
});
