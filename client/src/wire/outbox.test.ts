/** Promise: what a person wrote leaves once, in order, whatever the connection does. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Outbox, type Parcel } from "./outbox";
import type { Request as Asked } from "./protocol.gen";
import { NoAnswer, type Answer, type Line } from "./socket";

class Server implements Line {
  online = true;
  restarts = 0;
  taken: string[] = [];
  answer: (id: string) => Answer = () => ({ conversation: "c" });
  losesAnswers = 0;

  request(request: Asked): Promise<Answer> {
    if (!this.online || !("id" in request)) return Promise.reject(new NoAnswer("send"));
    this.taken.push(request.id);
    if (this.losesAnswers-- > 0) return Promise.reject(new NoAnswer("send"));
    return Promise.resolve(this.answer(request.id));
  }

  restart(): void {
    this.restarts += 1;
    this.online = false;
  }
}

let server: Server;
let outbox: Outbox;
let told: string[];

const parcel = (id: string, content = id): Parcel => ({
  id,
  write: () => ({ type: "send", conversation: null, id, parent: null, content }),
  accepted: ({ conversation }) => told.push(`${id} in ${conversation}`),
  failed: ({ code }) => told.push(`${id} ${code}`),
  held: () => told.push(`${id} held`),
});
const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

beforeEach(() => {
  server = new Server();
  outbox = new Outbox(server);
  told = [];
});

describe("a message", () => {
  test("is delivered and its chat is told", async () => {
    outbox.post(parcel("a"));
    await settled();
    expect(told).toEqual(["a in c"]);
    expect(outbox.waiting).toBe(0);
  });

  test("written offline waits, and goes once and in order", async () => {
    server.online = false;
    outbox.post(parcel("a"));
    outbox.post(parcel("b"));
    await settled();
    expect(server.taken).toEqual([]);
    server.online = true;
    await outbox.flush();
    expect(server.taken).toEqual(["a", "b"]);
  });

  test("without an answer is repeated under its own id before anything later", async () => {
    server.losesAnswers = 1;
    outbox.post(parcel("a"));
    outbox.post(parcel("b"));
    await settled();
    expect(server.restarts).toBe(1);
    server.online = true;
    await outbox.flush();
    expect(server.taken).toEqual(["a", "a", "b"]);
    expect(told).toEqual(["a in c", "b in c"]);
  });

  test("that is refused does not hold up the next", async () => {
    server.answer = (id) =>
      id === "a" ? { refused: { code: "rate", sentence: "Slower." } } : { conversation: "c" };
    outbox.post(parcel("a"));
    outbox.post(parcel("b"));
    await settled();
    expect(told).toEqual(["a rate", "b in c"]);
  });

  test("that was withdrawn does not leave", async () => {
    server.online = false;
    outbox.post(parcel("a"));
    outbox.withdraw("a");
    server.online = true;
    await outbox.flush();
    expect(server.taken).toEqual([]);
  });

  test("that the server closed the connection over is never repeated", async () => {
    let drop = (): void => undefined;
    server.request = () => new Promise((_, reject) => (drop = () => reject(new NoAnswer("send"))));
    outbox.post(parcel("a"));
    await settled();
    outbox.tooLarge();
    drop();
    await settled();
    expect(told).toEqual(["a too_large"]);
    expect(outbox.waiting).toBe(0);
  });
});

describe("content too long for the socket", () => {
  const long = "語".repeat(50_000); // Three bytes a letter: short to count, long to send.
  const posting = (answer: () => Promise<Response>): ReturnType<typeof vi.fn> => {
    const post = vi.fn(answer);
    vi.stubGlobal("fetch", post);
    vi.stubGlobal("document", { baseURI: "http://page/chat/" });
    return post;
  };
  afterEach(() => vi.unstubAllGlobals());

  test("is measured in bytes, posted by HTTP, and named in the message", async () => {
    const post = posting(() => Promise.resolve(Response.json({ content_id: "x1" })));
    const asked = vi.spyOn(server, "request");
    outbox.post(parcel("a", long));
    await settled();
    await settled();
    expect(String(post.mock.calls[0]?.[0])).toBe("http://page/chat/api/contents");
    expect(asked.mock.calls[0]?.[0]).toEqual({
      type: "send",
      conversation: null,
      id: "a",
      parent: null,
      content_id: "x1",
    });
  });

  test("is repeated like any other when its posting is not answered", async () => {
    posting(() => Promise.reject(new DOMException("signal timed out", "TimeoutError")));
    outbox.post(parcel("a", long));
    await settled();
    expect(server.restarts).toBe(1);
    expect(outbox.waiting).toBe(1);
    expect(told).toEqual([]);
  });

  test("that is too long even so says so, and is not repeated", async () => {
    posting(() => Promise.resolve(new Response("", { status: 413 })));
    outbox.post(parcel("a", long));
    await settled();
    expect(told).toEqual(["a too_large"]);
  });
});

test("what somebody says who is signed out stays first in the queue", async () => {
  server.answer = () => ({ refused: { code: "signed_out", sentence: "Sign in again." } });
  outbox.post(parcel("a"));
  await settled();
  expect(told).toEqual(["a held"]);
  server.answer = () => ({ conversation: "c" });
  await outbox.flush();
  expect(told).toEqual(["a held", "a in c"]);
});
