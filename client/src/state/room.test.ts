/** Promise: what a person asks for is on screen at once, and becomes what the server says. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Event, Node, RunInfo, Snapshot } from "../wire/protocol.gen";
import { Intent } from "./intents.svelte";
import { Room } from "./room.svelte";

const node = (id: string, parent: string | null, role: string, over: Partial<Node> = {}): Node => ({
  id,
  parent,
  message: { role, content: role === "user" ? id : "" },
  status: role === "user" ? "done" : "streaming",
  created: 0,
  ...over,
});
const message = (given: Node): Event => ({ type: "message", node: given });
const says = (id: string, content: string): Event => ({
  type: "delta",
  id,
  delta: { append: { content } },
});
const run = (id: string, parent: string, state: RunInfo["state"]): Event => ({
  type: "run",
  run: { id, parent, state, trigger: "new", created: 0 },
});
const finish = (id: string, length: number, status: Node["status"] = "done"): Event => ({
  type: "finish",
  id,
  status,
  at: 1,
  length,
});

let room: Room;
const texts = (): string[][] =>
  room.turns.map(({ user, parts }) =>
    [user, ...parts].flatMap((view) => (view ? [String(view.node.message["content"])] : [])),
  );
const ask = (id: string): Intent => {
  const intent = new Intent("send", id, undefined, { text: id, files: [] });
  room.intents.add(intent);
  return intent;
};

beforeEach(() => {
  vi.useFakeTimers();
  room = new Room("c", []);
});
afterEach(() => vi.useRealTimers());

describe("a message that is sent", () => {
  test("is shown, and worked on, before the server has heard of it", () => {
    ask("Hi");
    expect(texts()).toEqual([["Hi"]]);
    expect(room.busy).toBe(true);
    expect(room.turns[0]?.active).toBe(true);
  });

  test("goes on in the same object when the server shows it, and is never there twice", () => {
    ask("Hi");
    const before = room.turns[0]?.user;
    room.apply([message(node("Hi", null, "user"))]);
    expect(texts()).toEqual([["Hi"]]);
    expect(room.turns[0]?.user).toBe(before);
    expect(before?.delivery).toBeNull();
    room.apply([run("r", "Hi", "running"), message(node("a", "Hi", "assistant")), says("a", "Yes")]);
    expect(texts()).toEqual([["Hi", "Yes"]]);
  });

  test("is answered when a snapshot shows it and nothing at work below it", () => {
    room.accepted(ask("Hi"));
    const nodes = [node("Hi", null, "user"), node("a", "Hi", "assistant", { status: "done" })];
    room.load({ conversation: "c", epoch: "e", seq: 4, leaf: "a", nodes, runs: [] });
    expect(room.busy).toBe(false);
    expect(texts()).toEqual([["Hi", ""]]);
  });

  test("keeps Stop on screen without a gap until its run ends", () => {
    const intent = ask("Hi");
    room.accepted(intent);
    expect(room.busy).toBe(true);
    room.apply([message(node("Hi", null, "user"))]);
    expect(room.busy).toBe(true);
    room.apply([run("r", "Hi", "running")]);
    expect(room.busy).toBe(true);
    room.apply([run("r", "Hi", "ended")]);
    expect(room.busy).toBe(false);
  });

  test("that fails stays, with nothing at work", () => {
    const intent = ask("Hi");
    if (intent.message) intent.message.delivery = { state: "failed", sentence: "No." };
    expect(texts()).toEqual([["Hi"]]);
    expect(room.busy).toBe(false);
  });

  test("too long for the socket stays on screen while it is fetched", () => {
    ask("Hi");
    room.apply([{ type: "stale", id: "Hi" }, run("r", "Hi", "running")]);
    expect(texts()).toEqual([["Hi"]]);
    room.put(node("Hi", null, "user"));
    expect(texts()).toEqual([["Hi"]]);
    expect(room.busy).toBe(true);
  });
});

describe("another version", () => {
  beforeEach(() => {
    room.apply([
      message(node("Hi", null, "user")),
      message(node("a", "Hi", "assistant")),
      says("a", "Old"),
      finish("a", 3),
      message(node("More", "a", "user")),
    ]);
  });

  test("of an answer clears the place for it at once", () => {
    room.intents.add(new Intent("regenerate", "i", "Hi", null));
    expect(texts()).toEqual([["Hi"]]);
    expect(room.turns[0]?.active).toBe(true);
  });

  test("of a question takes its place at once", () => {
    room.intents.add(new Intent("edit", "Hello", null, { text: "Hello", files: [] }));
    expect(texts()).toEqual([["Hello"]]);
  });

  test("that the server refused gives back what was there", () => {
    room.intents.add(new Intent("edit", "Hello", null, { text: "Hello", files: [] }));
    room.intents.drop("Hello");
    expect(texts()).toEqual([["Hi", "Old"], ["More"]]);
  });
});

describe("Stop", () => {
  beforeEach(() => {
    room.apply([
      message(node("Hi", null, "user")),
      run("r", "Hi", "running"),
      message(node("a", "Hi", "assistant", { run: "r" })),
      says("a", "One"),
    ]);
    room.stop();
  });

  test("shows an idle page at once", () => {
    expect(room.busy).toBe(false);
    expect(room.turns[0]).toMatchObject({ active: true, stopping: true });
  });

  test("holds late words back until the server says what was said", () => {
    room.apply([says("a", " two")]);
    expect(texts()).toEqual([["Hi", "One"]]);
    expect(room.apply([finish("a", 7, "stopped"), run("r", "Hi", "ended")])).toEqual([]);
    expect(texts()).toEqual([["Hi", "One two"]]);
    expect(room.turns[0]).toMatchObject({ active: false, stopping: false });
  });

  test("that comes to nothing lets the words go on", () => {
    room.apply([says("a", " two")]);
    vi.advanceTimersByTime(5_000);
    expect(texts()).toEqual([["Hi", "One two"]]);
    expect(room.busy).toBe(true);
  });

  test("before the server has answered stops the run as soon as it is known", () => {
    room.apply([finish("a", 3, "stopped"), run("r", "Hi", "ended")]);
    ask("More");
    room.stop();
    expect(room.busy).toBe(false);
    room.apply([message(node("More", "a", "user")), run("s", "More", "running")]);
    expect(room.busy).toBe(false);
    expect(room.turns.at(-1)?.stopping).toBe(true);
  });
});

describe("a snapshot", () => {
  const snapshot = (content: string): Snapshot => ({
    conversation: "c",
    epoch: "e",
    seq: 9,
    leaf: "a",
    nodes: [node("Hi", null, "user"), node("a", "Hi", "assistant", { message: { role: "assistant", content } })],
    runs: [],
  });
  const answer = (): { replaced: number; version: number } | undefined => room.turns[0]?.parts[0];

  test("that goes on from what is shown replaces nothing on screen", () => {
    room.load(snapshot("Hel"));
    const before = answer();
    room.load(snapshot("Hello"));
    expect(answer()).toBe(before);
    expect(before?.replaced).toBe(0);
    expect(texts()).toEqual([["Hi", "Hello"]]);
  });

  test("that says something else says that the text is another", () => {
    room.load(snapshot("Hello"));
    expect(answer()?.replaced).toBe(0);
    room.load(snapshot("Other"));
    expect(answer()?.replaced).toBe(1);
  });
});

test("text of another length than the server's is reported, to be fetched", () => {
  room.apply([message(node("a", null, "assistant")), says("a", "Hello")]);
  expect(room.apply([finish("a", 6)])).toEqual(["a"]);
});

test("a new chat opens with the configured messages, instructions unseen", () => {
  room = new Room(null, [
    { role: "system", content: "Be kind." },
    { role: "assistant", content: "Welcome." },
  ]);
  expect(texts()).toEqual([["Welcome."]]);
  expect(room.turns[0]?.id).toBe("preset_1");
});

describe("the model that answers next", () => {
  const by = (model: string, event: Event): Event => {
    if (event.type === "run") return { ...event, run: { ...event.run, model } };
    return event.type === "message" ? { ...event, node: { ...event.node, model } } : event;
  };
  const answered = (id: string, parent: string, model: string): Event =>
    by(model, message(node(id, parent, "assistant", { status: "done" })));

  test("is the one that answered last, also when a chat is come back to", () => {
    const nodes = [node("u1", null, "user"), node("a1", "u1", "assistant", { model: "large" })];
    room.load({ conversation: "c", epoch: "e", seq: 2, leaf: "a1", nodes, runs: [] });
    expect(room.model).toBe("large");
  });

  test("is the one at work, as soon as it is", () => {
    room.apply([message(node("u1", null, "user")), by("large", run("r1", "u1", "running"))]);
    expect(room.model).toBe("large");
  });

  test("is the one the person chose, while another still answers", () => {
    room.apply([message(node("u1", null, "user")), by("large", run("r1", "u1", "running"))]);
    room.model = "small";
    room.apply([answered("a1", "u1", "large"), by("large", run("r1", "u1", "ended"))]);
    expect(room.model).toBe("small");
  });

  test("is what waits its turn, and not its beginning", () => {
    room.apply([message(node("u1", null, "user")), by("large", run("r1", "u1", "running"))]);
    room.apply([by("small", run("r2", "u2", "queued"))]);
    room.model = "tiny";
    room.apply([by("small", run("r2", "u2", "running"))]);
    expect(room.model).toBe("tiny");
  });

  test("is that of the branch that is shown", () => {
    room.apply([message(node("u1", null, "user")), answered("a1", "u1", "large")]);
    room.apply([{ type: "select", leaf: "u1" }, answered("a2", "u1", "small")]);
    room.apply([{ type: "select", leaf: "a1" }]);
    expect(room.model).toBe("large");
  });
});
