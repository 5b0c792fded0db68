/** Promise: the view follows an answer only when asked, and never fights a reader. */
import { describe, expect, test } from "vitest";
import { afterScroll, isUpwards, type Mode } from "./follow";

const at = (top: number, before: number, written = -100): Parameters<typeof afterScroll>[1] => ({
  top,
  before,
  written,
  end: 1_000,
});
const MODES: Mode[] = ["settling", "anchored", "following"];

describe("a scroll event", () => {
  test.each(MODES)("that is our own write changes nothing while %s", (mode) => {
    expect(afterScroll(mode, at(500, 900, 501))).toBe(mode);
  });

  test.each(MODES)("upwards stops everything while %s", (mode) => {
    expect(afterScroll(mode, at(899, 900))).toBe("anchored");
  });

  test("down to the end begins to follow", () => {
    expect(afterScroll("anchored", at(980, 900))).toBe("following");
  });

  test("down, but not to the end, does not", () => {
    expect(afterScroll("anchored", at(970, 900))).toBe("anchored");
  });

  test("without movement changes nothing", () => {
    expect(afterScroll("anchored", at(1_000, 1_000))).toBe("anchored");
  });
});

test("keys that lead upwards are known, Shift+Space among them", () => {
  expect(["PageUp", "ArrowUp", "Home"].every((key) => isUpwards(key, false))).toBe(true);
  expect(isUpwards(" ", true)).toBe(true);
  expect(isUpwards(" ", false)).toBe(false);
  expect(isUpwards("PageDown", false)).toBe(false);
});
