/** A table is written so that what reads it finds the same cells. */
import { expect, test } from "vitest";
import { written } from "./forms";

const ROWS = [
  ["name", "says"],
  ["Ann", 'a "b", c'],
  ["Bob", "two\nlines"],
  ["=1+1", "\ttab"],
];

test("as CSV by RFC 4180", () => {
  expect(written(ROWS, "csv")).toBe(
    'name,says\nAnn,"a ""b"", c"\nBob,"two\nlines"\n=1+1,"\ttab"',
  );
});

test("as TSV, in which only what would break a cell is quoted", () => {
  expect(written(ROWS, "tsv")).toBe(
    'name\tsays\nAnn\ta "b", c\nBob\t"two\nlines"\n=1+1\t"\ttab"',
  );
  expect(written([['"quoted" it is']], "tsv")).toBe('"""quoted"" it is"');
});

test("as Markdown that means the same words", () => {
  expect(written([["a|b", "*c*"], ["x\ny", "[l](m)"]], "markdown")).toBe(
    "| a\\|b | \\*c\\* |\n| --- | --- |\n| x<br>y | \\[l\\](m) |",
  );
});
