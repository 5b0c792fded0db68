/** Promise: an answer read aloud is words, not punctuation. */
import { expect, test } from "vitest";
import { spoken } from "./spoken";

test("marks of Markdown are not read, the words between them are", () => {
  expect(spoken("## Why\n\n- **Bold** and `code`\n- a [link](https://example.org)")).toBe(
    "Why\nBold and code\na link",
  );
});

test("a name with underscores stays one name", () => {
  expect(spoken("Call _update_ with `get_weather`.")).toBe("Call update with get_weather.");
});

test("code is named, not spelled", () => {
  expect(spoken("Run:\n```python\nprint(1)\nprint(2)\n```\nDone.")).toBe(
    "Run:\nCode block, python, 2 lines.\nDone.",
  );
});

test("code that never ends is named too", () => {
  expect(spoken("```\none")).toBe("Code block, 1 line.");
});

test("a picture is its description", () => {
  expect(spoken("![A cat](cat.png)")).toBe("A cat");
});

test("a table is its cells", () => {
  expect(spoken("| a | b |\n|---|---|\n| 1 | 2 |")).toBe("a b\n1 2");
});

test("a long answer stops at a word and says that it goes on", () => {
  const words = "word ".repeat(300);
  expect(spoken(words)).toMatch(/word… message continues$/);
  expect(spoken(words).length).toBeLessThan(640);
});

test("an answer that is only marks says that it goes on", () => {
  expect(spoken("* ".repeat(5_000))).toBe("… message continues");
});

test.each(["[", "[a](", "![a](", "`", "```", "``` ", "|", "_", "*", "\n", "```a\n", "~~~\n", " "])(
  "a megabyte of %j holds nobody up",
  (part) => {
    // Without its bounds each of the worst took from half a minute to hours.
    expect(spoken(part.repeat(1_000_000 / part.length)).length).toBeLessThan(700);
  },
);
