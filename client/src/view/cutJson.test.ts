import { describe, expect, test } from "vitest";
import { parsedSoFar } from "./cutJson";

describe("a JSON text that is cut", () => {
  test.each([
    ['{"code": "x = 1\\ny', { code: "x = 1\ny" }],
    ['{"code": "x\\', { code: "x" }],
    ['{"code": "x\\\\', { code: "x\\" }],
    ['{"code": "x\\u00e', { code: "x" }],
    ['{"code": "x\\u00e9', { code: "xé" }],
    ['{"code": "a, {b", "n": tr', { code: "a, {b" }],
    ['{"code": "x", "na', { code: "x" }],
    ['{"code": "x", "list": [1, {"a": "b', { code: "x", list: [1, { a: "b" }] }],
    ['{"code": "x"', { code: "x" }],
    ['{"code": ""}', { code: "" }],
    ["{", {}],
    ['{"code', undefined],
    ['{"code":', undefined],
    ["no JSON, at all", undefined],
    ["", undefined],
  ])("says what has come: %s", (text, value) => {
    expect(parsedSoFar(text)).toEqual(value);
  });

  test("never says anything else than the whole, wherever it is cut", () => {
    const whole = { code: 'print("é\\n{,")\n\u2028', n: [1, { a: [null, "b,"] }], last: "x" };
    const text = JSON.stringify(whole);
    for (let end = 0; end <= text.length; end++) {
      const value = parsedSoFar(text.slice(0, end)) as Partial<typeof whole> | undefined;
      expect(whole.code.startsWith(value?.code ?? "")).toBe(true);
      if (value?.last !== undefined) expect(value.n).toEqual(whole.n);
    }
  });
});
