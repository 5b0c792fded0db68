/** Text that arrives in pieces ends as the same text read at once. */
import { describe, expect, test } from "vitest";
import { GrowingText } from "./growing";
import { type VElement, textOf } from "./tree";

const RICH = `# Title

Some *emphasis*, **strong**, \`code\`, ~~gone~~ and a [link](https://example.org/a_b).
Second line with snake_case_name and $5 and $10.

Setext heading
--------------

- one
- two
  - nested **bold**

  loose paragraph
* other list
*not a list* but emphasis

1. first
2. second

   \`\`\`python
   print("hi")
   \`\`\`

- [ ] open
- [x] done

| a | b |
|---|:-:|
| 1 | 2 |

> quote
> more
lazy

$$
a
+ b
\\alpha_1 * \\beta_2 *
$$

Inline \\(x_1 * y_2 * z\\) and $e^{i\\pi}$.

\`\`\`js
const a = 1;

  indented
\`\`\`

    indented code

[ref] is defined later, [other] too.

[ref]: https://example.org/ref "Title"
[other]: https://example.org/other
"a title over
two lines"

<b>raw html</b> & entities &copy; 😀

#### Deep
## Back
`;

function inPieces(text: string, size: number): readonly VElement[] {
  const growing = new GrowingText();
  for (let at = 0; at < text.length; at += size) {
    growing.push(text.slice(at, at + size));
    growing.blocks();
  }
  return growing.finish();
}

describe("the finished text", () => {
  test.each([1, 2, 3, 7, 50])("is the same when it came in pieces of %i characters", (size) => {
    expect(inPieces(RICH, size)).toEqual(inPieces(RICH, RICH.length));
  });

  test("is the same whatever the line ends are", () => {
    expect(inPieces(RICH.replaceAll("\n", "\r\n"), 1)).toEqual(inPieces(RICH, 1));
  });

  test("keeps a character that was cut in two", () => {
    expect(textOf(inPieces("smile 😀!", 1))).toBe("smile 😀!");
  });
});

test("after every line, all but the last block is what that much text would be at once", () => {
  const growing = new GrowingText();
  const lines = RICH.slice(0, RICH.indexOf("$$")).split(/(?<=\n)/);
  lines.forEach((line, at) => {
    growing.push(line);
    const atOnce = inPieces(lines.slice(0, at + 1).join(""), Infinity);
    expect(growing.blocks().slice(0, -1)).toEqual(atOnce.slice(0, -1));
  });
});

test("a settled block is never made again", () => {
  const growing = new GrowingText();
  growing.push("First paragraph.\n\n- a list\n\nThird");
  const before = growing.blocks();
  growing.push(" paragraph.\n\nFourth");
  const after = growing.blocks();
  expect(after[0]).toBe(before[0]);
});

test("half a surrogate pair is held back, not shown as a box", () => {
  const growing = new GrowingText();
  growing.push("hi 😀".slice(0, 4));
  expect(textOf(growing.blocks())).toBe("hi");
});

test("an open formula is held as its source, not read as a list", () => {
  const growing = new GrowingText();
  growing.push("$$\na\n+ b\n");
  expect(growing.blocks().map((block) => [block.tag, textOf([block])])).toEqual([
    ["p", "$$\na\n+ b"],
  ]);
});

test("a list item that turns out to be emphasis joins the paragraph before it", () => {
  const growing = new GrowingText();
  growing.push("- a\n*");
  growing.blocks();
  growing.push("foo*");
  expect(growing.blocks()).toHaveLength(1);
});
