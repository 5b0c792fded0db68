/** Promise: a channel is open, answers, or says that it is gone, whatever the server and the network do. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Channel } from "./channel";

/** The browser's end of a line, with a test at the other. */
class Line {
  static last: Line;
  readonly sent: string[] = [];
  closed = false;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: URL) {
    Line.last = this;
  }

  send(packet: string): void {
    this.sent.push(packet);
  }

  close(): void {
    this.closed = true;
  }
}

const window = new EventTarget();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Line);
  vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function connect(): { channel: Channel; line: Line; told: unknown[]; hear: (packet: string) => void } {
  const told: unknown[] = [];
  const channel = new Channel(new URL("https://example.org/chat/socket.io/"), { protocol: 1 }, {
    opened: () => told.push("opened"),
    event: (name, frame) => told.push([name, frame]),
    failed: (refusal) => told.push({ failed: refusal }),
    closed: (code) => told.push({ closed: code }),
  });
  const line = Line.last;
  return { channel, line, told, hear: (data) => line.onmessage?.({ data }) };
}

const WELCOME = '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}';

function opened(): ReturnType<typeof connect> {
  const all = connect();
  all.hear(WELCOME);
  all.hear('40{"sid":"b"}');
  all.told.length = 0;
  return all;
}

describe("a channel", () => {
  it("says who it is, and is open when the server says so", () => {
    const { channel, line, told, hear } = connect();
    expect(line.url.href).toBe("wss://example.org/chat/socket.io/?EIO=4&transport=websocket");
    hear(WELCOME);
    expect(line.sent).toEqual(['40{"protocol":1}']);
    expect(channel.isOpen).toBe(false);
    hear('40{"sid":"b"}');
    expect(channel.isOpen).toBe(true);
    expect(told).toEqual(["opened"]);
  });

  it("hands events on, with or without a frame", () => {
    const { told, hear } = opened();
    hear('42["events",{"from":[1,2]}]');
    hear('42["resync"]');
    expect(told).toEqual([["events", { from: [1, 2] }], ["resync", undefined]]);
  });

  it("brings each answer to its question, in any order", async () => {
    const { channel, line, hear } = opened();
    const [one, two] = [channel.request("sync", { number: 1 }), channel.request("sync", { number: 2 })];
    expect(line.sent.slice(1)).toEqual(['421["sync",{"number":1}]', '422["sync",{"number":2}]']);
    hear('432[{"a":2}]');
    hear('431[{"a":1}]');
    expect(await Promise.all([one, two])).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it("fails a question that nobody answers, and those that are open when it closes", async () => {
    const { channel, line, told } = opened();
    const late = expect(channel.request("sync", {})).rejects.toBeUndefined();
    await vi.advanceTimersByTimeAsync(10_000);
    await late;
    const cut = expect(channel.request("sync", {})).rejects.toBeUndefined();
    line.onclose?.({ code: 1009 });
    await cut;
    expect(told).toEqual([{ closed: 1009 }]);
    expect(channel.isOpen).toBe(false);
  });

  it("answers the server's heartbeat, and closes without one", () => {
    const { line, told, hear } = opened();
    vi.advanceTimersByTime(44_000);
    hear("2");
    expect(line.sent.at(-1)).toBe("3");
    vi.advanceTimersByTime(44_000);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual([{ closed: null }]);
    expect(line.closed).toBe(true);
  });

  it("says nothing into a line that died while the page slept", async () => {
    const { channel, line, told } = opened();
    vi.setSystemTime(Date.now() + 60_000); // No timer has run.
    await expect(channel.request("send", {})).rejects.toBeUndefined();
    expect(line.sent).toHaveLength(1);
    expect(told).toEqual([{ closed: null }]);
  });

  it("fails when the server refuses, with its reason", () => {
    const { line, told, hear } = connect();
    hear(WELCOME);
    hear('44{"message":"no","data":{"code":"version"}}');
    expect(told).toEqual([{ failed: { code: "version" } }]);
    expect(line.closed).toBe(true);
  });

  it.each<[string, (line: Line) => void]>([
    ["is cut", (line) => line.onclose?.({ code: 1006 })],
    ["hangs", () => vi.advanceTimersByTime(20_000)],
    ["goes with the network", () => window.dispatchEvent(new Event("offline"))],
    ["leads to somebody else", (line) => line.onmessage?.({ data: "<html>" })],
  ])("fails once when it %s before it was open", (_how, happens) => {
    const { line, told } = connect();
    happens(line);
    line.onclose?.({ code: 1006 });
    expect(told).toEqual([{ failed: undefined }]);
  });

  it("that the server leaves is closed", () => {
    const { told, hear } = opened();
    hear("41");
    hear('42["events",{}]');
    expect(told[0]).toEqual({ closed: null });
  });
});
