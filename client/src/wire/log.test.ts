/** Promise: whatever the network does, every event of the log is applied once and in order. */
import { describe, expect, test } from "vitest";
import { Log } from "./log";
import type { Event, EventsFrame, SyncAnswer } from "./protocol.gen";

const event = (id: string): Event => ({ type: "delta", id, delta: { append: { content: id } } });
const frame = (seq: number, ids: string, epoch = "e"): EventsFrame => ({
  conversation: "c",
  epoch,
  seq,
  events: [...ids].map(event),
});
/** `seq` is the number of the last event. */
const answer = (seq: number, ids: string, epoch = "e"): SyncAnswer => ({ ...frame(seq, ids, epoch) });
const ids = (events: Event[]): string =>
  events.map((each) => ("id" in each ? each.id : each.type)).join("");

/** A log level with the server at `seq`. */
function levelAt(seq: number): Log {
  const log = new Log();
  log.restarted(log.ask(true), "e", seq);
  log.answered(log.ask(), answer(seq, ""));
  return log;
}

describe("a frame", () => {
  test("that follows is applied", () => {
    const log = levelAt(3);
    expect(ids(log.receive(frame(4, "ab")).events)).toBe("ab");
    expect(log.seq).toBe(5);
  });

  test("that is known already is dropped", () => {
    const log = levelAt(5);
    expect(log.receive(frame(4, "ab"))).toEqual({ events: [], ask: "nothing" });
  });

  test("that is half known is applied by its other half", () => {
    const log = levelAt(4);
    expect(ids(log.receive(frame(3, "abc")).events)).toBe("c");
    expect(log.seq).toBe(5);
  });

  test("after a gap asks for what is missing and applies nothing", () => {
    const log = levelAt(3);
    expect(log.receive(frame(5, "b"))).toEqual({ events: [], ask: "sync" });
    expect(log.seq).toBe(3);
  });

  test("of another epoch asks, whatever its number", () => {
    expect(levelAt(3).receive(frame(4, "a", "other"))).toEqual({ events: [], ask: "sync" });
  });
});

describe("while an answer is awaited", () => {
  test("frames that follow are applied, others wait and join behind the answer", () => {
    const log = levelAt(1);
    const question = log.ask();
    expect(ids(log.receive(frame(2, "a")).events)).toBe("a");
    expect(log.receive(frame(5, "de")).events).toEqual([]);
    expect(log.receive(frame(4, "cd")).ask).toBe("nothing");
    const verdict = log.answered(question, answer(4, "abc"));
    expect(verdict && ids(verdict.events)).toBe("bcde");
    expect(log.seq).toBe(6);
  });

  test("a frame that fits even then no gap asks again, once", () => {
    const log = levelAt(1);
    const question = log.ask();
    log.receive(frame(9, "x"));
    expect(log.answered(question, answer(3, "ab"))?.ask).toBe("sync");
    expect(log.answered(log.ask(), answer(9, "cdefgx"))?.ask).toBe("nothing");
    expect(log.seq).toBe(9);
  });

  test("a frame of a forgotten epoch does not make it ask for ever", () => {
    const log = levelAt(1);
    const question = log.ask();
    log.receive(frame(2, "x", "old"));
    expect(log.answered(question, answer(1, ""))?.ask).toBe("sync");
    expect(log.answered(log.ask(), answer(1, ""))?.ask).toBe("nothing");
  });

  test("an answer to an older question is superseded", () => {
    const log = levelAt(1);
    const first = log.ask();
    const second = log.ask();
    expect(log.answered(first, answer(2, "a"))).toBeNull();
    expect(log.isCurrent(first)).toBe(false);
    expect(ids(log.answered(second, answer(2, "a"))?.events ?? [])).toBe("a");
  });
});

describe("an answer that does not fit", () => {
  test("of another epoch asks for the snapshot", () => {
    const log = levelAt(3);
    expect(log.answered(log.ask(), answer(4, "a", "other"))?.ask).toBe("snapshot");
  });

  test("that leaves a gap asks for the snapshot", () => {
    const log = levelAt(3);
    expect(log.answered(log.ask(), answer(9, "a"))?.ask).toBe("snapshot");
  });
});

describe("while a snapshot is awaited", () => {
  test("nothing is applied, and what came meanwhile joins behind it", () => {
    const log = levelAt(1);
    const question = log.ask(true);
    expect(log.receive(frame(2, "a", "new")).events).toEqual([]);
    expect(log.restarted(question, "new", 1)).toBe(true);
    const verdict = log.answered(log.ask(), answer(1, "", "new"));
    expect(verdict && ids(verdict.events)).toBe("a");
  });

  test("an older snapshot is superseded", () => {
    const log = levelAt(1);
    const question = log.ask(true);
    log.ask(true);
    expect(log.restarted(question, "new", 9)).toBe(false);
    expect(log.epoch).toBe("e");
  });
});

describe("a message that is fetched whole", () => {
  test("keeps the events that go on from there, and drops those it holds already", () => {
    const log = levelAt(1);
    log.receive({ ...frame(2, ""), events: [{ type: "stale", id: "m" }] });
    const verdict = log.receive({ ...frame(3, ""), events: [event("m"), event("n"), event("m")] });
    expect(ids(verdict.events)).toBe("n");
    expect(ids(log.fetched("m", 3) ?? [])).toBe("m");
    expect(ids(log.receive(frame(6, "m")).events)).toBe("m");
  });

  test("may be ahead of this page: what it holds is dropped when it comes", () => {
    const log = levelAt(1);
    log.hold("m");
    expect(log.fetched("m", 3)).toEqual([]);
    expect(ids(log.receive(frame(2, "mmm")).events)).toBe("m");
    expect(ids(log.receive(frame(5, "m")).events)).toBe("m");
  });

  test("is refused when it is older than what made it necessary", () => {
    const log = levelAt(7);
    log.hold("m");
    expect(log.fetched("m", 6)).toBeNull();
    expect(log.fetched("m", 7)).toEqual([]);
  });
});

test("a log cut up, doubled, shuffled and resumed arrives byte for byte", () => {
  const text = "the quick brown fox jumps over the lazy dog".repeat(20);
  let seen = "";
  let random = 7;
  const next = (below: number): number => (random = (random * 48271) % 2147483647) % below;
  const log = levelAt(0);
  const take = (events: Event[]): void => {
    seen += ids(events);
  };
  const settle = (ask: string): void => {
    for (; ask !== "nothing"; ) {
      const verdict = log.answered(log.ask(), answer(text.length, text.slice(log.seq)));
      take(verdict?.events ?? []);
      ask = verdict?.ask ?? "nothing";
    }
  };
  while (seen.length < text.length) {
    const from = Math.max(0, log.seq - 3 + next(8));
    const verdict = log.receive(frame(from + 1, text.slice(from, from + next(6))));
    take(verdict.events);
    if (next(10) === 0) settle(verdict.ask);
  }
  expect(seen).toBe(text);
});
