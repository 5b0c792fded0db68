/** Promise: what is shown was found for the words that are there now, and marked where it matches. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ConversationInfo, FoundConversation, SearchAnswer } from "../wire/protocol.gen";
import { places, segments } from "./marks";
import { Search } from "./search.svelte";

const chat = (title: string): ConversationInfo => ({ id: title, title, created: 0, updated: 0 });
const found = (title: string): FoundConversation => ({ conversation: chat(title), title_marks: [] });

describe("a search", () => {
  let asked: { words: string; answer: (value: SearchAnswer) => void; fail: () => void }[];
  let search: Search;
  const titles = (): string[] | undefined => search.found?.map(({ conversation }) => conversation.title);

  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    search = new Search(
      (words) => new Promise((answer, fail) => asked.push({ words, answer, fail: () => fail(new Error()) })),
      () => [chat("Weather in Oslo"), chat("CSV in Python")],
    );
  });
  afterEach(() => vi.useRealTimers());

  test("asks once the person pauses", async () => {
    for (const words of ["w", "we", "wea "]) {
      search.words = words;
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(asked.map(({ words }) => words)).toEqual(["wea"]);
  });

  test("drops an answer to words that are there no more", async () => {
    search.words = "old";
    await vi.advanceTimersByTimeAsync(200);
    search.words = "new";
    await vi.advanceTimersByTimeAsync(200);
    asked[1]!.answer({ found: [found("new")] });
    asked[0]!.answer({ found: [found("old")] });
    await vi.advanceTimersByTimeAsync(0);
    expect(titles()).toEqual(["new"]);
    search.words = "";
    expect(search.found).toBeNull();
  });

  test("looks through the names that are here while the server cannot be reached", async () => {
    search.words = "OSLO weather";
    await vi.advanceTimersByTimeAsync(200);
    asked[0]!.fail();
    await vi.advanceTimersByTimeAsync(0);
    expect([titles(), search.partial]).toEqual([["Weather in Oslo"], true]);
    expect(search.found?.[0]?.title_marks).toEqual([[0, 7], [11, 15]]);
  });
});

test("a text is cut at its marks, and is whole again when joined", () => {
  const cut = segments("Weather in Oslo", [[11, 15], [0, 7]]);
  expect(cut.map(({ text, marked }) => (marked ? `[${text}]` : text)).join("")).toBe("[Weather] in [Oslo]");
});

test("marks that overlap, lie outside or are no ranges spoil nothing", () => {
  const text = "abcdef";
  for (const marks of [[[2, 99]], [[-5, 2], [1, 3]], [[4, 2]], [[NaN, 3]], []] as [number, number][][]) {
    expect(segments(text, marks).map((each) => each.text).join("")).toBe(text);
  }
});

test("words are found whatever their case, and mean nothing but themselves", () => {
  expect(places("A+B and a+b", ["a+b"])).toEqual([[0, 3], [8, 11]]);
  expect(places("Straße", ["STRASSE"])).toEqual([]);
  expect(places("x", [])).toEqual([]);
});
