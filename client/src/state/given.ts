/**
 * What a program put into a person's message as OpenAI writes it: preset pictures and files.
 *
 * Pure. A picture is shown when it carries its own bytes and is one of the four kinds that
 * cannot run anything; any other address is at most a link.
 */
import type { Message } from "../wire/protocol.gen";
import { isRecord } from "./calls";

export interface Given {
  readonly kind: "picture" | "link" | "file";
  readonly name: string;
  readonly about: string;
  readonly url: string;
}

const PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,/i;

export function givenIn({ content }: Message): Given[] {
  return Array.isArray(content) ? content.filter(isRecord).flatMap((part) => readPart(part)) : [];
}

function readPart(part: Record<string, unknown>): Given[] {
  const kind = part["type"];
  const body = part[String(kind)];
  if (!isRecord(body)) return [];
  if (kind === "image_url" && typeof body["url"] === "string") return [picture(body["url"])];
  if (kind === "input_audio") return [file("Audio", body["format"])];
  if (kind === "file") return [file(body["filename"], "File")];
  return [];
}

function picture(url: string): Given {
  if (PICTURE.test(url)) return { kind: "picture", name: "Picture", about: "", url };
  const host = hostOf(url);
  return host === null ? file("Picture", "cannot be shown") : { kind: "link", name: host, about: "", url };
}

const file = (name: unknown, about: unknown): Given => ({
  kind: "file",
  name: typeof name === "string" && name !== "" ? name : "File",
  about: typeof about === "string" ? about : "",
  url: "",
});

function hostOf(url: string): string | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed !== null && /^https?:$/.test(parsed.protocol) ? parsed.host : null;
}
