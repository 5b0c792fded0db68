/** A call says in its one line what it does. */
import { describe, expect, test } from "vitest";
import type { CallView } from "../state/calls";
import { fill, groupLabel, labelOf } from "./callLabel";
import { display } from "./testing/display";

const CALL: CallView = {
  key: "a/0",
  name: "get_weather",
  input: '{"city": "Oslo"}',
  state: "running",
  result: null,
  resultId: null,
  began: null,
  seconds: null,
};

describe("the header", () => {
  test.each([
    ["preparing", "Preparing get_weather"],
    ["running", "Calling get_weather"],
    ["done", "Called get_weather"],
    ["failed", "get_weather failed"],
    ["stopped", "get_weather stopped"],
    ["unanswered", "get_weather — no result"],
  ] as const)("of a call that is %s says %j", (state, text) => {
    expect(labelOf({ ...CALL, state }, undefined)).toEqual({ text, markdown: false });
  });

  test("is the configured one, filled from the arguments", () => {
    const header = { show: true, running: "Asking **{city}**", done: null, error: null };
    expect(labelOf(CALL, display({ header }))).toEqual({ text: "Asking **Oslo**", markdown: true });
    expect(labelOf({ ...CALL, state: "done" }, display({ header })).text).toBe(
      "Called get_weather",
    );
  });

  test.each(["stopped", "unanswered"] as const)("for all states also stands on one %s", (state) => {
    const header = { show: true, running: "Asking", done: "Asking", error: "Asking" };
    const label = labelOf({ ...CALL, state }, display({ header }));
    expect(label).toEqual({ text: "Asking", markdown: true });
    const changing = { ...header, done: "Asked" };
    expect(labelOf({ ...CALL, state }, display({ header: changing })).markdown).toBe(false);
  });

  test("waits for arguments that have not come", () => {
    expect(fill("Asking {city}", undefined)).toBe("Asking …");
  });

  test("lets no argument write Markdown", () => {
    expect(fill("{a}", { a: "**x** [y](http://z) `c`\n# h" })).toBe(
      "\\*\\*x\\*\\* \\[y\\]\\(http\\:\\/\\/z\\) \\`c\\` \\# h",
    );
  });

  test("of parallel calls counts those that are done", () => {
    const done = { ...CALL, state: "done" } as const;
    expect([groupLabel([CALL, done, CALL]), groupLabel([done, done])]).toEqual([
      "Calling 3 tools · 1 of 3 done",
      "Called 2 tools",
    ]);
  });
});
