/** What goes into a call, and what comes out of it, is shown as what it is. */
import { describe, expect, test } from "vitest";
import { inputOf, outputOf } from "./callText";
import { display } from "./testing/display";
import { duration, size, thoughtFor, took } from "./wording";

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
