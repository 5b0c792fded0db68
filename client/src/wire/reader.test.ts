/** Promise: after any interruption the page is level with the server again, by itself. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HttpRefusal } from "./http";
import type { Event, EventsFrame, Node, Request as Asked, Snapshot } from "./protocol.gen";
import { Reader, SILENCE_MS } from "./reader";
import { NoAnswer, type Answer, type Line } from "./socket";

const letter = (id: string): Event => ({ type: "delta", id, delta: {} });

/** A server that knows one log, and a line that can be cut. */
class Server implements Line {
  online = true;
  restarts = 0;
  asked: Asked[] = [];
  log: Event[] = [];
  epoch = "e";
  mute = false;

  request(request: Asked): Promise<Answer> {
    this.asked.push(request);
    if (!this.online || this.mute) return Promise.reject(new NoAnswer(request.type));
    if (request.type !== "sync") return Promise.resolve({});
    const isNew = request.epoch === null && request.seq === 0;
    if (!isNew && request.epoch !== this.epoch) return Promise.resolve({ conversation: "c", reset: true });
    const seq = this.log.length;
    const { epoch } = this;
    return Promise.resolve({ conversation: "c", epoch, seq, events: this.log.slice(request.seq) });
  }

  restart(): void {
    this.restarts += 1;
  }

  snapshot = (): Promise<Snapshot> =>
    Promise.resolve({
      conversation: "c",
      epoch: this.epoch,
      seq: this.log.length,
      leaf: null,
      nodes: [],
      runs: [],
    });

  frame(seq: number, events: Event[]): EventsFrame {
    return { conversation: "c", epoch: this.epoch, seq, events };
  }
}

let server: Server;
let seen: string[];
let reader: Reader;
let nodes: { seq: number; node: Node } | Error;

const settled = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(0);
};

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  server.log = [letter("a"), letter("b")];
  seen = [];
  const fetches = {
    snapshot: () => server.snapshot(),
    node: () => (nodes instanceof Error ? Promise.reject(nodes) : Promise.resolve(nodes)),
  };
  reader = new Reader("c", server, fetches, {
    snapshot: (snapshot) => seen.push(`snapshot ${snapshot.seq}`),
    events: (events) => seen.push(...events.map((each) => (each.type === "delta" ? each.id : each.type))),
    node: (node) => seen.push(`node ${node.id}`),
    gone: ({ code }) => seen.push(code),
  });
});
afterEach(() => vi.useRealTimers());

describe("a conversation that began on this page", () => {
  const born = (): Reader =>
    new Reader(
      "c",
      server,
      { snapshot: () => server.snapshot(), node: () => Promise.reject(new Error("unused")) },
      {
        snapshot: (snapshot) => seen.push(`snapshot ${snapshot.seq}`),
        events: (events) => seen.push(...events.map((each) => (each.type === "delta" ? each.id : each.type))),
        node: (node) => seen.push(`node ${node.id}`),
        gone: ({ code }) => seen.push(code),
      },
      true,
    );

  test("is followed from its first event, without a snapshot", async () => {
    reader = born();
    reader.sync();
    reader.receive(server.frame(2, [letter("b")]));
    await settled();
    server.log.push(letter("c"));
    reader.receive(server.frame(3, [letter("c")]));
    expect(seen).toEqual(["a", "b", "c"]);
  });

  test("is fetched whole if its log is gone", async () => {
    reader = born();
    const request = server.request.bind(server);
    server.request = (asked) =>
      asked.type === "sync" && asked.epoch === null
        ? Promise.resolve({ conversation: "c", reset: true })
        : request(asked);
    reader.sync();
    await settled();
    expect(seen).toEqual(["snapshot 2"]);
  });
});

describe("opening a conversation", () => {
  test("takes the snapshot, then follows the log", async () => {
    reader.sync();
    await settled();
    server.log.push(letter("c"));
    reader.receive(server.frame(3, [letter("c")]));
    expect(seen).toEqual(["snapshot 2", "c"]);
  });

  test("of somebody else says that it is not here, and does not ask again", async () => {
    server.snapshot = () => Promise.reject(new HttpRefusal(404, "api"));
    reader.sync();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen).toEqual(["gone"]);
  });

  test("asks again while the server cannot be reached", async () => {
    const works = server.snapshot;
    server.snapshot = () => Promise.reject(new TypeError("network"));
    reader.sync();
    await settled();
    server.snapshot = works;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(seen).toEqual(["snapshot 2"]);
  });
});

describe("a page that is level", () => {
  beforeEach(async () => {
    reader.sync();
    await settled();
    seen = [];
  });

  test("fills a gap by asking from where it is", async () => {
    server.log.push(letter("c"), letter("d"));
    reader.receive(server.frame(4, [letter("d")]));
    await settled();
    expect(seen).toEqual(["c", "d"]);
    expect(server.asked.at(-1)).toMatchObject({ type: "sync", seq: 2 });
  });

  test("takes a snapshot when the log cannot help any more", async () => {
    server.epoch = "new";
    reader.sync();
    await settled();
    expect(seen).toEqual(["snapshot 2"]);
  });

  test("asks after silence while something runs, and only then", async () => {
    const before = server.asked.length;
    await vi.advanceTimersByTimeAsync(3 * SILENCE_MS);
    expect(server.asked.length).toBe(before);
    reader.running = true;
    server.log.push(letter("lost"));
    await vi.advanceTimersByTimeAsync(SILENCE_MS);
    expect(seen).toEqual(["lost"]);
  });

  test("closes a line that is open and brings nothing", async () => {
    server.mute = true;
    reader.sync();
    await settled();
    expect(server.restarts).toBe(1);
  });

  test("ignores frames of other conversations", () => {
    reader.receive({ ...server.frame(3, [letter("c")]), conversation: "other" });
    expect(seen).toEqual([]);
  });

  test("fetches a message that was too large for the socket, and applies what came after it", async () => {
    nodes = { seq: 3, node: { id: "m", parent: null, message: {}, status: "done", created: 0 } };
    reader.receive(server.frame(3, [{ type: "stale", id: "m" }, letter("m")]));
    expect(seen).toEqual(["stale"]);
    await settled();
    expect(seen).toEqual(["stale", "node m", "m"]);
  });

  test("says nothing more while it rests, and then goes on from where it was", async () => {
    reader.running = true;
    reader.rest();
    reader.receive(server.frame(3, [letter("c")]));
    await vi.advanceTimersByTimeAsync(3 * SILENCE_MS);
    expect(seen).toEqual([]);
    expect(server.asked.at(-1)?.type).toBe("leave");
    reader.sync();
    expect(server.asked.at(-1)).toMatchObject({ type: "sync", epoch: "e", seq: 2 });
  });
});
