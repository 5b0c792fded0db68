/** An answer is read in the order in which it was given, and its end is said in words. */
import { expect, test } from "vitest";
import type { Node } from "../wire/protocol.gen";
import type { NodeView, Turn } from "./conversation";
import { isWaiting, partsOf, wordsOf } from "./parts";

function view(id: string, message: Node["message"], more: Partial<Node> = {}): NodeView {
  const node: Node = { id, parent: null, status: "done", created: 1, message, ...more };
  return { node, version: 0, replaced: 0, delivery: null };
}

function turn(parts: NodeView[], more: Partial<Turn> = {}): Turn {
  return { id: "t", user: null, parts, active: false, stopping: false, ...more };
}

const says = (content: string, more: Partial<Node> = {}): NodeView =>
  view("a", { role: "assistant", content }, more);
const CALL = { id: "1", type: "function", function: { name: "look", arguments: "{}" } };
const kinds = (given: Turn): string[] => partsOf(given).map((part) => part.kind);

test("thoughts come before words, words before calls", () => {
  const all = view("a", {
    role: "assistant",
    content: "Let me see.",
    reasoning_content: "Hm.",
    tool_calls: [CALL],
  });
  expect(kinds(turn([all, view("r", { role: "tool", tool_call_id: "1", content: "x" })]))).toEqual([
    "thought",
    "words",
    "calls",
  ]);
});

test("a result is shown with its call, not as words", () => {
  const parts = partsOf(
    turn([view("r", { role: "tool", tool_call_id: "1", content: "x" }), says("So.")]),
  );
  expect(wordsOf(parts)).toBe("So.");
});

test.each([
  ["stopped", {}, "Stopped"],
  ["interrupted", {}, "The connection to the model was lost. The answer may be incomplete."],
  ["done", { finish_reason: "length" }, "Reached the length limit"],
] as const)("an answer that is %s says so", (status, more, text) => {
  expect(partsOf(turn([says("Half", { status, ...more })])).at(-1)).toMatchObject({
    kind: "note",
    text,
  });
});

test("an interrupted answer says why, where that is known", () => {
  const error = { sentence: "The server was stopped while this was being answered." };
  const interrupted = says("Half", { status: "interrupted", error });
  expect(partsOf(turn([interrupted])).at(-1)).toMatchObject({ kind: "note", text: error.sentence });
});

test("a question that was answered with nothing says so, once nobody is at work", () => {
  const user = view("u", { role: "user", content: "Hello" });
  const silence = [{ kind: "note", text: "The assistant said nothing." }];
  expect(partsOf(turn([], { user }))).toMatchObject(silence);
  expect(partsOf(turn([says("")], { user }))).toMatchObject(silence);
  expect(partsOf(turn([], { user, active: true }))).toEqual([]);
  expect(partsOf(turn([says("")]))).toEqual([]);
});

test("Stop is believed at once, and said once", () => {
  expect(
    kinds(turn([says("Half", { status: "streaming" })], { active: true, stopping: true })),
  ).toEqual(["words", "note"]);
  expect(kinds(turn([says("Half", { status: "stopped" })], { stopping: true }))).toEqual([
    "words",
    "note",
  ]);
});

test("words may grow after Stop, until the server has ended them", () => {
  const grows = (status: Node["status"]): unknown => {
    const given = turn([says("Half", { status })], { active: true, stopping: true });
    return partsOf(given).flatMap((part) => (part.kind === "words" ? [part.growing] : []));
  };
  expect(grows("streaming")).toEqual([true]);
  expect(grows("stopped")).toEqual([false]);
});

test("a failed answer keeps its words before its error", () => {
  const failed = says("Half", { status: "failed", error: { sentence: "The model is away." } });
  expect(kinds(turn([failed]))).toEqual(["words", "error"]);
});

test("a dot is shown while nothing else shows that the answer goes on", () => {
  const waits = (parts: NodeView[], active = true): boolean => {
    const given = turn(parts, { active });
    return isWaiting(given, partsOf(given));
  };
  expect(waits([])).toBe(true);
  expect(waits([], false)).toBe(false);
  expect(waits([says("Text", { status: "streaming" })])).toBe(false);
  expect(waits([view("a", { role: "assistant", tool_calls: [CALL] })])).toBe(false);
  expect(
    waits([
      view("a", { role: "assistant", tool_calls: [CALL] }),
      view("r", { role: "tool", tool_call_id: "1", content: "" }),
    ]),
  ).toBe(true);
});
