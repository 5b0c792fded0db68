/** Promise: Enter sends what a person wrote, and never what an input method is still writing. */
import { describe, expect, test } from "vitest";
import { Composing, type Key } from "./composing";

const key = (over: Partial<Key> = {}): Key => ({
  key: "Enter",
  keyCode: 13,
  isComposing: false,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  timeStamp: 1_000,
  ...over,
});

describe("Enter", () => {
  test("sends", () => {
    expect(new Composing().sends(key(), "enter")).toBe(true);
  });

  test("with Shift makes a new line", () => {
    expect(new Composing().sends(key({ shiftKey: true }), "enter")).toBe(false);
  });

  test("makes a new line where there is no Shift key", () => {
    expect(new Composing().sends(key(), "enter", true)).toBe(false);
  });

  test("makes a new line where Ctrl+Enter was chosen to send", () => {
    expect(new Composing().sends(key(), "mod+enter")).toBe(false);
  });

  test.each(["ctrlKey", "metaKey"] as const)("with %s sends, whatever is configured", (modifier) => {
    expect(new Composing().sends(key({ [modifier]: true }), "mod+enter")).toBe(true);
    expect(new Composing().sends(key({ [modifier]: true }), "enter", true)).toBe(true);
  });

  test("is the only key that sends", () => {
    expect(new Composing().sends(key({ key: "a" }), "enter")).toBe(false);
  });
});

describe("while an input method composes", () => {
  test("Enter confirms and does not send (Chromium)", () => {
    expect(new Composing().sends(key({ isComposing: true }), "enter")).toBe(false);
  });

  test("a key the browser reports as 229 is the input method's", () => {
    expect(new Composing().sends(key({ keyCode: 229 }), "enter")).toBe(false);
  });

  test("not even Ctrl+Enter sends", () => {
    expect(new Composing().sends(key({ isComposing: true, ctrlKey: true }), "enter")).toBe(false);
  });

  test("the Enter that Safari reports after the end of the composition does not send", () => {
    const composing = new Composing();
    composing.ended(1_000);
    expect(composing.sends(key({ timeStamp: 1_004 }), "enter")).toBe(false);
  });

  test("the next Enter sends, once the word is confirmed, however quick", () => {
    const composing = new Composing();
    composing.ended(1_000);
    composing.sends(key({ timeStamp: 1_004 }), "enter");
    expect(composing.sends(key({ timeStamp: 1_020 }), "enter")).toBe(true);
  });

  test("an Enter well after the end of the composition sends", () => {
    const composing = new Composing();
    composing.ended(1_000);
    expect(composing.sends(key({ timeStamp: 1_051 }), "enter")).toBe(true);
  });

  test("another key after the end of the composition leaves the confirming Enter held", () => {
    const composing = new Composing();
    composing.ended(1_000);
    expect(composing.holds(key({ key: "a", timeStamp: 1_002 }))).toBe(false);
    expect(composing.sends(key({ timeStamp: 1_004 }), "enter")).toBe(false);
  });
});
