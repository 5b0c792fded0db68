/** Promise: a question stands with a third of the view above it, and then nothing moves. */
import { describe, expect, test } from "vitest";
import { anchorTop, blankFor, contextOf, endTop, showsPill, type Measures } from "./geometry";

/** A window of 900, header 52, dock 86. */
const desk = (end: number): Measures => ({ view: 900, header: 52, dock: 86, end });

describe("a question that was asked", () => {
  test("is pinned with its lower edge at header plus a third of the room", () => {
    const bottom = 3_000;
    expect(bottom - anchorTop(bottom, desk(3_100))).toBe(52 + 254);
  });

  test("keeps at least 88 pixels of context on a small screen", () => {
    expect(contextOf({ view: 300, header: 52, dock: 120, end: 0 })).toBe(88);
  });

  test("near the beginning of a chat stays where it is", () => {
    expect(anchorTop(200, desk(260))).toBe(0);
  });

  test("shows its end if it is tall", () => {
    const top = anchorTop(5_000, desk(5_100));
    expect(5_000 - top).toBeLessThan(900 - 86);
  });
});

describe("the blank below the conversation", () => {
  test("lets the pinned place be reached, to the pixel", () => {
    const measures = desk(3_100);
    const pinned = anchorTop(3_000, measures);
    const height = measures.end + blankFor(pinned, measures) + measures.dock;
    expect(height - measures.view).toBe(pinned);
  });

  test("shrinks as the answer grows, so the height of the whole does not change", () => {
    const pinned = anchorTop(3_000, desk(3_100));
    const heights = [3_100, 3_250, 3_400, 3_507].map((end) => end + blankFor(pinned, desk(end)));
    expect(new Set(heights).size).toBe(1);
  });

  test("is gone once the answer fills the view", () => {
    expect(blankFor(2_694, desk(4_000))).toBe(0);
  });
});

describe("the way to the end", () => {
  test("leads to the last words just above the dock", () => {
    expect(endTop(desk(2_000))).toBe(2_000 + 86 - 900);
  });

  test("is nowhere in a short chat", () => {
    expect(endTop(desk(300))).toBe(0);
  });

  test("is shown when the end is well below the fold, and does not flicker at the edge", () => {
    const end = endTop(desk(2_000));
    expect(showsPill(false, end - 73, desk(2_000))).toBe(true);
    expect(showsPill(false, end - 60, desk(2_000))).toBe(false);
    expect(showsPill(true, end - 60, desk(2_000))).toBe(true);
    expect(showsPill(true, end - 40, desk(2_000))).toBe(false);
  });

  test("is not shown for a blank below the last words", () => {
    expect(showsPill(false, 2_694, desk(3_100))).toBe(false);
  });
});
