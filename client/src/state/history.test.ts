/** Promise: the list of chats is whole and in order, whatever happens while it is fetched. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ConversationInfo, ConversationsAnswer } from "../wire/protocol.gen";
import { History } from "./history.svelte";

const DAY = 24 * 60 * 60;
/** A Saturday in the evening. */
const now = new Date(2026, 10, 21, 18, 0).getTime() / 1000;

const chat = (id: string, daysAgo: number, over: Partial<ConversationInfo> = {}): ConversationInfo => ({
  id,
  title: id,
  created: 0,
  updated: now - daysAgo * DAY,
  ...over,
});

let stored: ConversationInfo[];
let asked: (string | null)[];
let hold: Promise<void>;
let history: History;

/** As the server does: pinned ones on the first page, then by time, after a cursor. */
async function page(after: string | null, limit: number): Promise<ConversationsAnswer> {
  asked.push(after);
  const rest = stored.filter(({ pinned }) => pinned === undefined).sort((a, b) => b.updated - a.updated);
  const pinned = after === null ? stored.filter((each) => each.pinned !== undefined) : [];
  const from = after === null ? 0 : rest.findIndex(({ updated }) => String(updated) === after) + 1;
  const some = rest.slice(from, from + limit);
  const next = from + limit < rest.length ? String(some.at(-1)!.updated) : null;
  const answer = { conversations: [...pinned, ...some], next };
  await hold;
  return answer;
}

const ids = (): string[] => history.chats.map(({ id }) => id);
const many = (count: number): ConversationInfo[] =>
  Array.from({ length: count }, (_, at) => chat(`c${String(at)}`, at / 100));

beforeEach(() => {
  vi.useFakeTimers({ now: now * 1000 });
  stored = [];
  asked = [];
  hold = Promise.resolve();
  history = new History(page);
});
afterEach(() => vi.useRealTimers());

test("chats stand below the day on which something was said in them last", async () => {
  stored = [
    chat("now", 0),
    chat("early today", 17 / 24),
    chat("last night", 19 / 24),
    chat("a week ago", 7),
    chat("three weeks ago", 21),
    chat("in September", 60),
    chat("last year", 400),
    chat("kept", 300, { pinned: now }),
  ];
  await history.load();
  expect(history.groups.map(({ name, chats }) => [name, ...chats.map(({ id }) => id)])).toEqual([
    ["Pinned", "kept"],
    ["Today", "now", "early today"],
    ["Yesterday", "last night"],
    ["Previous 7 days", "a week ago"],
    ["Previous 30 days", "three weeks ago"],
    ["September", "in September"],
    ["2025", "last year"],
  ]);
});

test("at midnight, today becomes yesterday", async () => {
  stored = [chat("now", 0)];
  await history.load();
  expect(history.groups[0]?.name).toBe("Today");
  await vi.advanceTimersByTimeAsync(6 * 60 * 60 * 1000 + 1);
  expect(history.groups[0]?.name).toBe("Yesterday");
});

test("a chat in which something is said goes to the top, a deleted one goes", async () => {
  stored = many(3);
  await history.load();
  history.take({ changed: [chat("c2", -0.01)], removed: ["c0"] });
  expect(ids()).toEqual(["c2", "c1"]);
});

describe("a long list", () => {
  beforeEach(async () => {
    stored = many(120);
    await history.load();
  });

  test("comes a page at a time, each once", async () => {
    expect(ids()).toHaveLength(50);
    const asking = history.more();
    await history.more();
    await asking;
    expect(ids()).toHaveLength(100);
    await history.more();
    await history.more();
    expect(ids()).toEqual(stored.map(({ id }) => id));
    expect(history.hasMore).toBe(false);
    expect(asked).toHaveLength(3);
  });

  test("a chat far below that changes waits for its own page", async () => {
    history.take({ changed: [{ ...stored[110]!, title: "Renamed" }], removed: [] });
    expect(ids()).toHaveLength(50);
    await history.more();
    stored[110] = { ...stored[110]!, title: "Renamed" };
    await history.more();
    expect(history.chats[110]?.title).toBe("Renamed");
  });

  test("pinning a chat far below shows it at once", () => {
    history.take({ changed: [{ ...stored[110]!, pinned: now }], removed: [] });
    expect(ids()[0]).toBe("c110");
  });

  test("after a lost connection as much of it is fetched as was there", async () => {
    await history.more();
    stored = stored.slice(1);
    await history.load();
    expect(ids()).toHaveLength(100);
    expect(ids()[0]).toBe("c1");
  });
});

test("what changes while a page is on its way is newer than the page", async () => {
  stored = many(2);
  let answer = (): void => undefined;
  hold = new Promise((resolve) => (answer = resolve));
  const loading = history.load();
  history.take({ changed: [{ ...stored[1]!, title: "New name" }], removed: ["c0"] });
  answer();
  await loading;
  expect(history.chats.map(({ title }) => title)).toEqual(["New name"]);
});

test("a list that cannot be had says so, keeps what was there, and can be asked for again", async () => {
  stored = many(2);
  await history.load();
  hold = Promise.reject(new Error("offline"));
  await history.load();
  expect([history.failed, history.loading, ids().length]).toEqual([true, false, 2]);
  hold = Promise.resolve();
  await history.load();
  expect(history.failed).toBe(false);
});
