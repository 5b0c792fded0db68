/** Promise: what a person does to a chat is shown at once, and taken back if it was not done. */
import { beforeEach, expect, test } from "vitest";
import type { ConversationInfo, Request as Asked } from "../wire/protocol.gen";
import type { Answer } from "../wire/socket";
import { History } from "./history.svelte";
import { Keeping } from "./keeping";

const chat: ConversationInfo = { id: "c", title: "Old", created: 0, updated: 1, unread: true };

let asked: Asked[];
let answer: Answer | null;
let problems: string[];
let history: History;
let keeping: Keeping;

beforeEach(() => {
  asked = [];
  problems = [];
  answer = { conversation: "c" };
  history = new History(() => Promise.reject(new Error()));
  history.take({ changed: [chat], removed: [] });
  const ask = (request: Asked): Promise<Answer | null> => {
    asked.push(request);
    return Promise.resolve(answer);
  };
  keeping = new Keeping(history, ask, (sentence) => problems.push(sentence));
});

test("a new name is there before the server has answered, on one line", async () => {
  const done = keeping.rename("c", "  A\n new   name ");
  expect(history.get("c")?.title).toBe("A new name");
  await done;
  expect(asked).toEqual([{ type: "rename", conversation: "c", title: "A new name" }]);
});

test("an empty name, or the one it has, changes nothing and asks nothing", async () => {
  await keeping.rename("c", " \n ");
  await keeping.rename("c", "Old");
  expect([asked, history.get("c")?.title]).toEqual([[], "Old"]);
});

test("what nobody answers is taken back, and told", async () => {
  answer = null;
  await keeping.rename("c", "New");
  await keeping.pin("c", true);
  expect(await keeping.delete("c")).toBe(false);
  expect(history.get("c")).toEqual(chat);
  expect(problems).toHaveLength(3);
});

test("what the server refuses is taken back", async () => {
  answer = { refused: { code: "bad_request", sentence: "No." } };
  await keeping.pin("c", true);
  expect(history.get("c")).toEqual(chat);
  expect(await keeping.duplicate("c")).toBeNull();
});

test("a pinned chat stands first, and an unpinned one carries no trace of it", async () => {
  history.take({ changed: [{ ...chat, id: "newer", updated: 2 }], removed: [] });
  await keeping.pin("c", true);
  expect(history.chats[0]?.id).toBe("c");
  await keeping.pin("c", false);
  expect(history.get("c")).toEqual(chat);
});

test("a chat that is read is unread no more", async () => {
  await keeping.read("c");
  expect(history.get("c")).not.toHaveProperty("unread");
  expect(asked).toEqual([{ type: "read", conversation: "c" }]);
});
