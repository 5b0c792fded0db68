/**
 * What a person says in one message: words, and files that are uploaded already.
 *
 * Pure. How files get to the server is attachments.svelte.ts's business.
 */
import type { Attachment, AttachmentPart, Message } from "../wire/protocol.gen";
import { contentOf, isRecord } from "./calls";

export interface Draft {
  readonly text: string;
  readonly files: readonly Attachment[];
}

/** Shown as pictures; everything else is a document. The server goes by the same list. */
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export const isPicture = (type: string): boolean => PICTURES.has(type);

/** The message as the server will write it. */
export function messageOf({ text, files }: Draft): Message {
  if (files.length === 0) return { role: "user", content: text };
  const parts: unknown[] = files.map((attachment) => ({ type: "attachment", attachment }));
  if (text.trim() !== "") parts.push({ type: "text", text });
  return { role: "user", content: parts };
}

export function draftOf(message: Message): Draft {
  return { text: contentOf(message), files: filesOf(message) };
}

/** The same for the wire. */
export function said(draft: Draft | null): { content: string; files?: string[] } {
  const { text, files } = draft ?? { text: "", files: [] };
  return files.length > 0 ? { content: text, files: files.map(({ id }) => id) } : { content: text };
}

/** Several drafts as one. */
export function joined(drafts: readonly (Draft | null)[]): Draft {
  const all = drafts.filter((draft) => draft !== null);
  const texts = all.map(({ text }) => text).filter((text) => text.trim() !== "");
  return { text: texts.join("\n\n"), files: all.flatMap(({ files }) => files) };
}

export function isSame(one: Draft, other: Draft): boolean {
  const ids = ({ files }: Draft): string => files.map(({ id }) => id).join();
  return one.text === other.text && ids(one) === ids(other);
}

function filesOf({ content }: Message): Attachment[] {
  return Array.isArray(content) ? content.filter(isReference).map((part) => part.attachment) : [];
}

function isReference(part: unknown): part is AttachmentPart {
  return isRecord(part) && part["type"] === "attachment" && isAttachment(part["attachment"]);
}

/** Also read back from the browser's storage, where anything may stand. */
export function isAttachment(value: unknown): value is Attachment {
  return (
    isRecord(value) &&
    typeof value["id"] === "string" &&
    typeof value["name"] === "string" &&
    typeof value["type"] === "string" &&
    typeof value["size"] === "number"
  );
}
