/** Every call of a turn is shown with its own result, in its true state. */
import { describe, expect, test } from "vitest";
import type { Message, Node } from "../wire/protocol.gen";
import { type CallView, callsOf } from "./calls";

const ACTIVE = { active: true, stopped: false };
const ENDED = { active: false, stopped: false };
const STOPPED = { active: false, stopped: true };

function node(id: string, message: Message, more: Partial<Node> = {}): Node {
  return { id, parent: null, message, status: "done", created: 100, ...more };
}

function call(id: string, name = "look", input = "{}", more: Message = {}): Message {
  return { id, type: "function", function: { name, arguments: input }, ...more };
}

const asks = (calls: Message[], more: Partial<Node> = {}): Node =>
  node("a", { role: "assistant", content: "", tool_calls: calls }, more);
const answers = (id: string, content: unknown, more: Partial<Node> = {}): Node =>
  node(`r-${id}`, { role: "tool", tool_call_id: id, content }, { created: 102.5, ...more });

function views(nodes: Node[], turn = ENDED): CallView[] {
  return [...callsOf(nodes, turn).values()].flat();
}

const states = (nodes: Node[], turn = ENDED): string[] =>
  views(nodes, turn).map((view) => view.state);

describe("a result belongs to", () => {
  test("the call of its id, whatever order results arrive in", () => {
    const found = views([
      asks([call("1"), call("2")]),
      answers("2", "second"),
      answers("1", "first"),
    ]);
    expect(found.map((view) => view.result)).toEqual(["first", "second"]);
  });

  test("the next call of that id, when a model uses the same id every round", () => {
    const again = node("b", { role: "assistant", tool_calls: [call("1")] });
    const found = views([
      asks([call("1")]),
      answers("1", "one"),
      again,
      { ...answers("1", "two"), id: "r2" },
    ]);
    expect(found.map((view) => [view.key, view.result])).toEqual([
      ["a/0", "one"],
      ["b/0", "two"],
    ]);
  });

  test("the function of its name, in the old form", () => {
    const old = node("a", {
      role: "assistant",
      content: null,
      function_call: { name: "look", arguments: "{}" },
    });
    const found = views([
      old,
      node("r", { role: "function", name: "look", content: "seen" }, { created: 101 }),
    ]);
    expect(found).toMatchObject([
      { name: "look", state: "done", result: "seen", resultId: "r", seconds: 1 },
    ]);
  });

  test("itself, when nobody asked for it", () => {
    expect(views([answers("9", "stray")])).toMatchObject([
      { key: "r-9/0", state: "done", result: "stray" },
    ]);
  });
});

describe("a call", () => {
  test("is prepared until its arguments are complete", () => {
    const half = asks([call("1", "look", '{"city": "Os')], { status: "streaming" });
    const whole = asks([call("1", "look", '{"city": "Oslo"}')], { status: "streaming" });
    expect([...states([half], ACTIVE), ...states([whole], ACTIVE)]).toEqual([
      "preparing",
      "running",
    ]);
  });

  test("runs until its result is there", () => {
    const nodes = [asks([call("1"), call("2")]), answers("2", "done")];
    expect(states(nodes, ACTIVE)).toEqual(["running", "done"]);
  });

  test("is stopped with its turn, and without an answer otherwise", () => {
    expect([...states([asks([call("1")])], STOPPED), ...states([asks([call("1")])])]).toEqual([
      "stopped",
      "unanswered",
    ]);
  });

  test("takes from its message's end to its result", () => {
    const [view] = views([asks([call("1")], { finished: 101 }), answers("1", "x")]);
    expect(view?.seconds).toBe(1.5);
  });

  test("knows no duration in messages that were written by hand", () => {
    const [view] = views([asks([call("1")], { created: 0 }), answers("1", "x", { created: 0 })]);
    expect(view?.seconds).toBeNull();
  });

  test("stands in the order of its index while its message streams", () => {
    const nodes = [
      asks([
        call("b", "second", "", { index: 1, slot: 0 }),
        call("a", "first", "", { index: 0, slot: 1 }),
      ]),
    ];
    expect(views(nodes, ACTIVE).map((view) => view.name)).toEqual(["first", "second"]);
  });

  test("may be of the custom kind, whose input is plain text", () => {
    const custom = asks([{ id: "1", type: "custom", custom: { name: "sql", input: "select 1" } }]);
    expect(views([custom])).toMatchObject([{ name: "sql", input: "select 1" }]);
  });
});

describe("a result is an error", () => {
  test.each([
    ["Error: no such city"],
    ["ValueError: no such city"],
    ["openai.BadRequestError: no such city"],
    ["Exception: no such city"],
    ["An error: no such city"],
    ["Traceback (most recent call last):\n  File …"],
    ["Error executing tool: no such city"],
    ['{"error": "no such city"}'],
    ['{"error": {"code": 404}, "city": "X"}'],
  ])("when it says so: %s", (content) => {
    expect(states([asks([call("1")]), answers("1", content)])).toEqual(["failed"]);
  });

  test.each([
    ['{"error": null, "ok": 1}'],
    ["No errors found"],
    ["Errors in your city: none"],
    ["A ValueError: what it is"],
    ["ErrorBoundary: a component"],
    [""],
  ])("but not here: %s", (content) => {
    expect(states([asks([call("1")]), answers("1", content)])).toEqual(["done"]);
  });

  test("when its message is marked as one", () => {
    const marked = node("r", { role: "tool", tool_call_id: "1", content: "no", error: true });
    expect(states([asks([call("1")]), marked])).toEqual(["failed"]);
  });
});

test("a result in parts is read as their words", () => {
  const parts = [{ type: "text", text: "a" }, { type: "image_url" }, { type: "text", text: "b" }];
  expect(views([asks([call("1")]), answers("1", parts)])[0]?.result).toBe("ab");
});
