/** Markdown becomes elements of known kinds, and nothing a model writes becomes anything else. */
import { describe, expect, test } from "vitest";
import { Outline } from "./outline";
import { newEnv, parse, parseInline } from "./parser";
import { type VElement, type VNode, textOf } from "./tree";

function read(text: string): VElement[] {
  return parse(text, newEnv(false), new Outline()).map((block) => block.node);
}

function all(nodes: readonly VNode[]): VElement[] {
  return nodes.flatMap((node) => (typeof node === "string" ? [] : [node, ...all(node.children)]));
}

function only(text: string, tag: string): VElement {
  const found = all(read(text)).find((element) => element.tag === tag);
  if (found === undefined) throw new Error(`No <${tag}> in ${JSON.stringify(read(text))}`);
  return found;
}

describe("hostile text", () => {
  test("raw HTML is text", () => {
    const nodes = read(
      "<img src=x onerror=alert(1)>\n\n<script>alert(1)</script>\n\n<svg onload=alert(1)>",
    );
    expect(all(nodes).map((element) => element.tag)).toEqual(["p", "p", "p"]);
    expect(textOf(nodes)).toContain("<script>alert(1)</script>");
  });

  test.each([
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&#9;script:alert(1))",
    "[x](data:text/html,<script>)",
    "[x](vbscript:x)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "[x](//evil.example)",
    "[x](data:image/png;base64,AA)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[x](blob:null/b)",
  ])("%j leads nowhere", (text) => {
    const elements = all(read(text));
    expect(elements.filter((element) => "href" in element.attrs || "src" in element.attrs)).toEqual(
      [],
    );
  });

  test("no attribute comes from the text but addresses, numbers and words", () => {
    const text = '```py onclick=alert(1)\nx\n```\n\n3. a\n\n[a](https://x.y "t\\" onclick=1")';
    const names = new Set(all(read(text)).flatMap((element) => Object.keys(element.attrs)));
    expect(
      [...names].filter((name) => name.startsWith("on") || name === "style" || name === "id"),
    ).toEqual([]);
  });
});

describe("links and pictures", () => {
  test("a link opens elsewhere and tells the other page nothing", () => {
    expect(only("[a](https://example.org)", "a").attrs).toEqual({
      href: "https://example.org",
      target: "_blank",
      rel: "noopener noreferrer nofollow",
    });
  });

  test("file names are not links", () => {
    expect(all(read("see main.py and README.md")).map((element) => element.tag)).toEqual(["p"]);
  });

  test("a remote picture is a link that names its host", () => {
    const nodes = read("![A cat](https://cats.example/c.png?secret=1)");
    expect(all(nodes).some((element) => element.tag === "img")).toBe(false);
    expect(textOf(nodes)).toBe("A cat – picture from cats.example");
  });

  test("a picture that carries its own bytes is shown", () => {
    expect(only("![dot](data:image/png;base64,iVBORw0KGgo=)", "img").attrs["alt"]).toBe("dot");
  });
});

describe("formulas", () => {
  test.each([
    ["$a_1 * b_2 * c$", "a_1 * b_2 * c"],
    ["\\(a_1 * b_2 * c\\)", "a_1 * b_2 * c"],
    ["so $$x_1$$ holds", "x_1"],
    ["$$\na *\n+ b *\n$$", "a *\n+ b *"],
    ["\\[ \\frac{a}{b} \\]", "\\frac{a}{b}"],
  ])("%j keeps its source", (text, tex) => {
    expect(textOf([only(text, "code")])).toBe(tex);
  });

  test.each(["It costs $5 and $10.", "from $5-$10", "a $ b $ c", "set `$x` to $5 or `$y`"])(
    "%j is about money",
    (text) => {
      expect(all(read(text)).filter((element) => element.attrs["class"] === "math")).toEqual([]);
    },
  );
});

describe("structure", () => {
  test("headings go down one step at a time below the turn's own heading", () => {
    const tags = read("### A\n\n# B\n\n#### C\n\n## D\n\n## E").map((element) => element.tag);
    expect(tags).toEqual(["h3", "h3", "h4", "h4", "h4"]);
  });

  test("a code block names its language and holds exactly its code", () => {
    const block = read("```py title=x\na\n\n  b\n```");
    expect(textOf([only("```py\na\n\n  b\n```", "pre")])).toBe("a\n\n  b");
    expect(textOf(all(block).filter((element) => element.attrs["class"] === "code-language"))).toBe(
      "Python",
    );
  });

  test("a task list shows its boxes", () => {
    const boxes = all(read("- [ ] a\n- [x] b")).filter((element) => element.tag === "input");
    expect(boxes.map((box) => "checked" in box.attrs)).toEqual([false, true]);
  });

  test("a table stands in a box of its own that may scroll", () => {
    expect(read("| a |\n|--:|\n| 1 |")[0]?.attrs["data-gc"]).toBe("table");
    expect(only("| a |\n|--:|\n| 1 |", "td").attrs["data-align"]).toBe("right");
  });

  test("ten thousand quotes deep is not ten thousand elements deep", () => {
    expect(all(read(">".repeat(10_000) + " x")).length).toBeLessThan(200);
  });
});

test("a header is one line without anything to press", () => {
  const nodes = parseInline(
    "Asking **Oslo** [here](https://x.y) ![pic](https://x.y/a.png)\n`code`",
  );
  expect(textOf(nodes)).toBe("Asking Oslo here pic code");
  expect(all(nodes).map((element) => element.tag)).toEqual(["strong", "code"]);
});
