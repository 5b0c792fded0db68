/** Promise: a message with files reads the same before and after the server has it. */
import { describe, expect, test } from "vitest";
import type { Attachment } from "../wire/protocol.gen";
import { draftOf, isSame, joined, messageOf, said } from "./draft";
import { givenIn } from "./given";

const CAT: Attachment = { id: "f_1", name: "cat.png", type: "image/png", size: 3 };
const PART = { type: "attachment", attachment: CAT };

describe("a message", () => {
  test("without files is a plain text", () => {
    expect(messageOf({ text: "Hi", files: [] })).toEqual({ role: "user", content: "Hi" });
    expect(said({ text: "Hi", files: [] })).toEqual({ content: "Hi" });
  });

  test("with files has them first and the text last", () => {
    const draft = { text: "Look", files: [CAT] };
    expect(messageOf(draft)["content"]).toEqual([PART, { type: "text", text: "Look" }]);
    expect(draftOf(messageOf(draft))).toEqual(draft);
    expect(said(draft)).toEqual({ content: "Look", files: ["f_1"] });
  });

  test("of files alone has no text", () => {
    expect(messageOf({ text: " ", files: [CAT] })["content"]).toEqual([PART]);
  });

  test("from elsewhere may hold anything", () => {
    const content = [PART, { type: "attachment" }, { type: "attachment", attachment: {} }, null, "x"];
    expect(draftOf({ role: "user", content }).files).toEqual([CAT]);
  });

  test("is the same only with the same files", () => {
    expect(isSame({ text: "a", files: [CAT] }, { text: "a", files: [CAT] })).toBe(true);
    expect(isSame({ text: "a", files: [CAT] }, { text: "a", files: [] })).toBe(false);
  });
});

test("several drafts become one", () => {
  const drafts = [{ text: "a", files: [CAT] }, null, { text: " ", files: [] }, { text: "b", files: [] }];
  expect(joined(drafts)).toEqual({ text: "a\n\nb", files: [CAT] });
});

describe("a picture a program put into a message", () => {
  const picture = (url: string): string | undefined =>
    givenIn({ role: "user", content: [{ type: "image_url", image_url: { url } }] })[0]?.kind;

  test("is shown when it carries its own bytes", () => {
    expect(picture("data:image/png;base64,AAAA")).toBe("picture");
  });

  test("of another host is a link", () => {
    expect(picture("https://example.com/cat.png")).toBe("link");
  });

  test.each(["javascript:alert(1)", "data:image/svg+xml;base64,AA", "data:text/html,x", "", "//x"])(
    "at %s is neither",
    (url) => expect(picture(url)).toBe("file"),
  );
});
