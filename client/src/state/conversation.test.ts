/** Promise: the page shows what the log says, whatever order the log has. */
import { describe, expect, test } from "vitest";
import type { Event, Node, RunInfo } from "../wire/protocol.gen";
import { change, emptyConversation, fromSnapshot, path, siblings } from "./conversation";

const node = (id: string, parent: string | null, role = "assistant", content = ""): Node => ({
  id,
  parent,
  message: { role, content },
  status: role === "user" ? "done" : "streaming",
  created: 0,
});
const message = (...rest: Parameters<typeof node>): Event => ({
  type: "message",
  node: node(...rest),
});
const says = (id: string, content: string): Event => ({
  type: "delta",
  id,
  delta: { append: { content } },
});
const run = (id: string, parent: string, state: RunInfo["state"]): Event => ({
  type: "run",
  run: { id, parent, state, trigger: "new", created: 0 },
});

function after(...events: Event[]): ReturnType<typeof emptyConversation> {
  const state = emptyConversation();
  for (const event of events) change(state, event);
  return state;
}
const shown = (state: ReturnType<typeof emptyConversation>): string[] =>
  path(state).map((each) => each.id);

const EXCHANGE = [message("u", null, "user", "Hi"), message("a", "u"), says("a", "Hel"), says("a", "lo")];

describe("a message", () => {
  test("goes on where the conversation stands", () => {
    const state = after(...EXCHANGE);
    expect(shown(state)).toEqual(["u", "a"]);
    expect(state.nodes.get("a")?.message["content"]).toBe("Hello");
  });

  test("elsewhere in the tree does not move what is shown", () => {
    expect(shown(after(...EXCHANGE, message("b", "u")))).toEqual(["u", "a"]);
  });

  test("of a known id is replaced where it stands", () => {
    const state = after(...EXCHANGE, message("a", null, "assistant", "Other"));
    expect(state.nodes.get("a")).toMatchObject({ parent: "u", message: { content: "Other" } });
    expect(state.children.get("u")).toEqual(["a"]);
  });

  test("nobody knows cannot grow or finish", () => {
    const finish: Event = { type: "finish", id: "x", status: "done", at: 1, length: 0 };
    expect(after(says("x", "Hi"), finish).nodes.size).toBe(0);
  });
});

describe("finish", () => {
  test("tells how it ended, and why", () => {
    const error = { sentence: "It broke." };
    const state = after(...EXCHANGE, {
      type: "finish",
      id: "a",
      status: "failed",
      at: 7,
      length: 5,
      error,
    });
    expect(state.nodes.get("a")).toMatchObject({ status: "failed", finished: 7, error });
  });

  test("moves the model's reason from the message to its envelope", () => {
    const reason: Event = { type: "delta", id: "a", delta: { set: { finish_reason: "length" } } };
    const finish: Event = { type: "finish", id: "a", status: "done", at: 7, length: 5 };
    const state = after(...EXCHANGE, reason, finish);
    expect(state.nodes.get("a")?.finish_reason).toBe("length");
    expect(state.nodes.get("a")?.message).not.toHaveProperty("finish_reason");
  });

  test("puts calls in order and names those nobody named", () => {
    const calls: Event = {
      type: "delta",
      id: "a",
      delta: {
        calls: {
          "0": { set: { index: 1 }, append: { "function.arguments": "{}" } },
          "1": { set: { index: 0, id: "c0" } },
        },
      },
    };
    const finish: Event = { type: "finish", id: "a", status: "done", at: 7, length: 7 };
    expect(after(...EXCHANGE, calls, finish).nodes.get("a")?.message["tool_calls"]).toEqual([
      { id: "c0", type: "function" },
      { id: "call_a_0", type: "function", function: { arguments: "{}" } },
    ]);
  });
});

describe("branches", () => {
  test("regenerating shows the new answer, and the old one is its sibling", () => {
    const state = after(...EXCHANGE, { type: "select", leaf: "u" }, message("b", "u"));
    expect(shown(state)).toEqual(["u", "b"]);
    expect(siblings(state, "b")).toEqual(["a", "b"]);
  });

  test("editing shows the new question, and the old branch stays", () => {
    const state = after(
      ...EXCHANGE,
      { type: "select", leaf: null },
      message("v", null, "user", "Hello"),
    );
    expect(shown(state)).toEqual(["v"]);
    expect(siblings(state, "v")).toEqual(["u", "v"]);
    expect(state.nodes.has("a")).toBe(true);
  });

  test("an answer and a question below the same message are not versions of each other", () => {
    const state = after(...EXCHANGE, message("w", "u", "user", "More"));
    expect(siblings(state, "a")).toEqual(["a"]);
    expect(siblings(state, "w")).toEqual(["w"]);
  });
});

describe("remove", () => {
  test("takes an empty answer away and shows what was before it", () => {
    const state = after(...EXCHANGE, { type: "remove", id: "a" });
    expect(shown(state)).toEqual(["u"]);
    expect(state.children.get("u")).toEqual([]);
  });

  test("leaves a message that was answered", () => {
    expect(after(...EXCHANGE, { type: "remove", id: "u" }).nodes.has("u")).toBe(true);
  });
});

describe("runs", () => {
  test("are known until they end", () => {
    const state = after(...EXCHANGE, run("r", "u", "running"), run("s", "u", "queued"));
    change(state, run("r", "u", "ended"));
    expect([...state.runs.keys()]).toEqual(["s"]);
  });
});

test("an event of a newer server changes nothing and hurts nobody", () => {
  const state = after(...EXCHANGE, { type: "confetti" } as unknown as Event);
  expect(shown(state)).toEqual(["u", "a"]);
});

test("a snapshot and the log behind it give the same conversation", () => {
  const events = [...EXCHANGE, run("r", "u", "running")];
  const state = after(...events);
  const snapshot = fromSnapshot({
    conversation: "c",
    epoch: "e",
    seq: events.length,
    leaf: state.leaf,
    nodes: structuredClone([...state.nodes.values()]),
    runs: [...state.runs.values()],
  });
  for (const each of [state, snapshot]) change(each, says("a", "!"));
  expect(snapshot).toEqual(state);
});
