/** Marks that are still open are shown as what they will become. */
import { expect, test } from "vitest";
import { mend } from "./unfinished";

test.each([
  ["plain words", "plain words"],
  ["some **bol", "some **bol**"],
  ["some **bold*", "some **bold**"],
  ["some **bold**", "some **bold**"],
  ["some **", "some "],
  ["an *it", "an *it*"],
  ["**bold and *both", "**bold and *both***"],
  ["~~gone", "~~gone~~"],
  ["call `pri", "call `pri`"],
  ["call ``a`b", "call ``a`b``"],
  ["call `", "call "],
  ["done `x` and **", "done `x` and "],
  ["5 * 3 = 15", "5 * 3 = 15"],
  ["\\*not emphasis", "\\*not emphasis"],
  ["`**` is code", "`**` is code"],
  ["see [the docs](https://exa", "see [the docs]"],
  ["see **[the docs](", "see **[the docs]**"],
  ["see [the docs](https://example.org)", "see [the docs](https://example.org)"],
])("%j is shown as %j", (text, shown) => {
  expect(mend(text).text).toBe(shown);
});
