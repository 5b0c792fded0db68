/** Promise: words that were not sent are still there. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Composer, type Store } from "./composer.svelte";

class Memory implements Store {
  kept = new Map<string, string>();
  writes = 0;
  read(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  write(key: string, value: string): void {
    this.writes += 1;
    if (value === "") this.kept.delete(key);
    else this.kept.set(key, value);
  }
}

let memory: Memory;
beforeEach(() => {
  vi.useFakeTimers();
  memory = new Memory();
});
afterEach(() => vi.useRealTimers());

describe("a draft", () => {
  test("is written down a moment after the last change, not at each letter", () => {
    const composer = new Composer("c1", memory);
    composer.text = "H";
    composer.text = "Hello";
    expect(memory.writes).toBe(0);
    vi.advanceTimersByTime(300);
    expect(memory.writes).toBe(2); // The words, and the files.
    expect(new Composer("c1", memory).text).toBe("Hello");
  });

  test("is written down at once when the page goes", () => {
    const composer = new Composer("c1", memory);
    composer.text = "Hello";
    composer.save();
    expect(new Composer("c1", memory).text).toBe("Hello");
  });

  test("stays with its own chat", () => {
    const composer = new Composer("c1", memory);
    composer.text = "for one";
    composer.turnTo("c2");
    expect(composer.text).toBe("");
    composer.text = "for two";
    composer.turnTo("c1");
    expect(composer.text).toBe("for one");
    composer.turnTo("c2");
    expect(composer.text).toBe("for two");
  });

  test("of a new chat goes with it when it gets its name", () => {
    const composer = new Composer(null, memory);
    composer.text = "more";
    composer.rename("c1");
    expect(new Composer("c1", memory).text).toBe("more");
    expect(new Composer(null, memory).text).toBe("");
  });

  test("is gone once it is sent", () => {
    const composer = new Composer("c1", memory);
    composer.text = "Hello";
    expect(composer.take()).toEqual({ text: "Hello", files: [] });
    expect(composer.text).toBe("");
    expect(memory.kept.size).toBe(0);
  });

  test("that could not be sent comes back before what was written since", () => {
    const composer = new Composer("c1", memory);
    composer.text = "first";
    const sent = composer.take();
    composer.text = "second";
    composer.restore(sent);
    expect(composer.text).toBe("first\n\nsecond");
  });
});

test("blanks are not a message", () => {
  const composer = new Composer(null, memory);
  composer.text = " \n\t ";
  expect(composer.isEmpty).toBe(true);
});

describe("a draft that was sent before its files were uploaded", () => {
  let sent: number;
  let composer: Composer;
  const CAT = { id: "f_1", name: "cat.png", type: "image/png", size: 3 };
  const LIMITS = { max_files: 3, max_file_bytes: 100 };

  let arrive: () => void;

  beforeEach(() => {
    sent = 0;
    const arrived = new Promise<typeof CAT>((done) => (arrive = () => done(CAT)));
    composer = new Composer("c1", memory, () => ({ done: arrived, cancel: () => undefined }));
    composer.onready = () => (sent += 1);
    composer.attachments.add([new File(["x"], "cat.png")], LIMITS);
    composer.wanted = true;
  });

  test("goes when they are, and keeps them over a reload until then", async () => {
    arrive();
    await vi.runAllTimersAsync();
    expect(sent).toBe(1);
    expect(new Composer("c1", memory).draft.files).toEqual([CAT]);
  });

  test("does not go while more is being written", async () => {
    composer.text = "And";
    arrive();
    await vi.runAllTimersAsync();
    expect(sent).toBe(0);
  });

  test("is no more when its files are taken away again", async () => {
    const [upload] = composer.attachments.all;
    if (upload) composer.attachments.remove(upload);
    await vi.runAllTimersAsync();
    expect(composer.wanted).toBe(false);
    expect(sent).toBe(0);
  });
});
