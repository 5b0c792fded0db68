/** A call says in its header what it does, and its result is shown as what it is. */
import { describe, expect, test } from "vitest";
import type { CallView } from "../state/calls";
import type { FunctionDisplay } from "../wire/protocol.gen";
import { fill, groupLabel, inputOf, labelOf, outputOf } from "./callText";
import { duration, size, thoughtFor, took } from "./wording";

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

function display(more: Partial<FunctionDisplay> = {}): FunctionDisplay {
  return {
    header: { show: true, running: null, done: null, error: null },
    arguments: { title: null, show_key_as_code: null },
    result: { title: null, type: null },
    open: false,
    ...more,
  };
}

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

describe("arguments", () => {
  test("are indented JSON as soon as they are JSON", () => {
    expect([inputOf('{"a":1}', undefined).json, inputOf('{"a":', undefined).json]).toEqual([
      '{\n  "a": 1\n}',
      '{"a":',
    ]);
  });

  test.each(["", "  ", "{}"])("that are %j are none", (input) => {
    expect(inputOf(input, undefined).empty).toBe(true);
  });

  test("may show one key as code", () => {
    const shown = display({
      arguments: { title: null, show_key_as_code: { key: "code", language: "python" } },
    });
    expect(inputOf('{"code": "x = 1\\ny"}', shown)).toMatchObject({
      code: "x = 1\ny",
      language: "python",
    });
    expect(inputOf('{"code": 1}', shown).code).toBeNull();
    expect(inputOf('{"code": "x = 1\\ny', shown).code).toBe("x = 1\ny");
    expect(inputOf('{"cod', shown).code).toBeNull();
  });
});

describe("a result", () => {
  test.each([
    ["", null, "empty"],
    ["plain", null, "text"],
    ['{"a":1}', null, "code"],
    ["12", null, "text"],
    ["# h", "markdown", "markdown"],
    ["<b>", "html", "html"],
    ['{"a":1}', "text", "text"],
    ["x", "python", "code"],
    ["not json", "json", "text"],
    ['[{"a":1},{"b":null}]', null, "table"],
    ['[{"a":{}}]', null, "code"],
    ['[{"a":1}]', "json", "code"],
    ["[]", "table", "code"],
    ['{"data":[]}', "plotly", "figure"],
    ['{"data":{}}', "plotly", "code"],
    ["[1,2]", "plotly", "code"],
    ["no figure", "plotly", "code"],
  ])("%j of type %j is shown as %s", (result, type, kind) => {
    expect(outputOf(result, type).kind).toBe(kind);
  });

  test("that is a table has all the columns of its rows", () => {
    expect(outputOf('[{"a":1},{"b":2}]', null)).toMatchObject({ columns: ["a", "b"] });
  });
});

test("durations and sizes are said as people say them", () => {
  expect([
    duration(2.44),
    duration(12.4),
    duration(72),
    took(0.01),
    thoughtFor(1),
    thoughtFor(8.2),
    thoughtFor(null),
  ]).toEqual([
    "2.4s",
    "12s",
    "1m 12s",
    "",
    "Thought for a couple of seconds",
    "Thought for 8s",
    "Thought",
  ]);
  expect([size(200), size(184_000), size(2_000_000)]).toEqual(["1 kB", "184 kB", "2.0 MB"]);
});
