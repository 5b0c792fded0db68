/** Promise: a file goes to the server once, and the draft knows how far it is. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Attachment } from "../wire/protocol.gen";
import { UploadBroken, UploadRefused, type Uploading } from "../wire/upload";
import { Attachments } from "./attachments.svelte";

interface Sent {
  file: File;
  progress: (share: number) => void;
  arrive: () => void;
  fail: (error: Error) => void;
  cancelled: boolean;
}

const LIMITS = { max_files: 3, max_file_bytes: 100 };
const file = (name: string, size = 10): File => new File([new Uint8Array(size)], name);
const kept = (name: string): Attachment => ({ id: `f_${name}`, name, type: "image/png", size: 10 });
const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

let sent: Sent[];
let changes: number;
let attachments: Attachments;

function send(of: File, progress: (share: number) => void): Uploading {
  const one: Partial<Sent> = { file: of, progress, cancelled: false };
  const done = new Promise<Attachment>((resolve, reject) => {
    one.arrive = () => resolve(kept(of.name));
    one.fail = reject;
  });
  sent.push(one as Sent);
  return { done, cancel: () => (one.cancelled = true) };
}

const states = (): string[] => attachments.all.map(({ state }) => state);

beforeEach(() => {
  sent = [];
  changes = 0;
  attachments = new Attachments(() => (changes += 1), send);
});

describe("a file", () => {
  test("goes at once, and is there when the server has it", async () => {
    expect(attachments.add([file("a")], LIMITS)).toBeNull();
    sent[0]?.progress(0.5);
    expect(attachments.all[0]?.share).toBe(0.5);
    expect(attachments.underWay).toBe(1);
    sent[0]?.arrive();
    await settled();
    expect(attachments.done).toEqual([kept("a")]);
    expect(changes).toBe(1);
  });

  test("that is refused says why, and which to remove", async () => {
    attachments.add([file("a")], LIMITS);
    expect(attachments.obstacle).toBeNull();
    sent[0]?.fail(new UploadRefused("It is not what its name says."));
    await settled();
    expect(attachments.all[0]?.repeatable).toBe(false);
    expect(attachments.obstacle).toBe("Remove a to send.");
  });

  test("that is refused for a reason that passes may be tried again", async () => {
    attachments.add([file("a")], LIMITS);
    sent[0]?.fail(new UploadRefused("Too much for a day.", true));
    await settled();
    const [upload] = attachments.all;
    expect(upload?.problem).toBe("Too much for a day.");
    expect(attachments.obstacle).toBe("Retry or remove a to send.");
    if (upload) attachments.retry(upload);
    sent[1]?.arrive();
    await settled();
    expect(states()).toEqual(["done"]);
  });

  test("that breaks off with the connection goes on when it is back", async () => {
    attachments.add([file("a")], LIMITS);
    attachments.online = false;
    sent[0]?.fail(new UploadBroken());
    await settled();
    expect(states()).toEqual(["waiting"]);
    expect(sent).toHaveLength(1);
    attachments.online = true;
    expect(sent).toHaveLength(2);
  });

  test("that broke off a moment before the page knew goes on as well", async () => {
    attachments.add([file("a")], LIMITS);
    sent[0]?.fail(new UploadBroken());
    await settled();
    expect(states()).toEqual(["failed"]);
    attachments.online = false;
    attachments.online = true;
    expect(states()).toEqual(["uploading"]);
  });

  test("that is removed is not waited for", () => {
    attachments.add([file("a")], LIMITS);
    const [upload] = attachments.all;
    if (upload) attachments.remove(upload);
    expect(attachments.all).toEqual([]);
    expect(sent[0]?.cancelled).toBe(true);
  });
});

test("no more than three go at once", async () => {
  const limits = { ...LIMITS, max_files: 9 };
  attachments.add(["a", "b", "c", "d", "e"].map((name) => file(name)), limits);
  expect(sent).toHaveLength(3);
  sent[0]?.arrive();
  await settled();
  expect(sent.map((each) => each.file.name)).toEqual(["a", "b", "c", "d"]);
});

describe("what is not taken is told, by name", () => {
  test("a file that is too large", () => {
    const told = attachments.add([file("a"), file("film", 101)], LIMITS);
    expect(told).toBe("“film”: at most 100 B may be attached.");
    expect(attachments.all).toHaveLength(1);
  });

  test("a file with nothing in it", () => {
    expect(attachments.add([file("a", 0)], LIMITS)).toBe("“a”: there is nothing in it.");
  });

  test("too many files", () => {
    const told = attachments.add(["a", "b", "c", "d"].map((name) => file(name)), LIMITS);
    expect(told).toBe("A message may carry 3 files at most.");
    expect(attachments.all).toHaveLength(3);
  });
});

test("files that could not be sent come back before those attached since, each once", () => {
  attachments.replace([kept("b")]);
  attachments.restore([kept("a"), kept("b")]);
  expect(attachments.done.map(({ name }) => name)).toEqual(["a", "b"]);
});
