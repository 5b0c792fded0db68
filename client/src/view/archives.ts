/**
 * What can be done with a chat as a file, as the menu names it: copied, downloaded, imported.
 */
import { follow } from "../state/address";
import type { Chat } from "../state/chat.svelte";
import { said } from "../state/said.svelte";
import { ArchiveRefused, exportAddress, fetchExport, postImport } from "../wire/archives";
import { copyComing } from "./clipboard";

export interface Way {
  readonly form: string;
  readonly how: "copy" | "download";
}

/** In the order of the menu. */
export const WAYS: Readonly<Record<string, Way>> = {
  "Copy as Markdown": { form: "markdown", how: "copy" },
  "Copy as Python": { form: "python", how: "copy" },
  "Copy as JSON": { form: "json", how: "copy" },
  "Copy as cURL": { form: "curl", how: "copy" },
  "Download as Markdown": { form: "markdown", how: "download" },
  "Download as web page": { form: "html", how: "download" },
  "Download as Python script": { form: "script", how: "download" },
  "Download as JSONL": { form: "jsonl", how: "download" },
  "Download everything": { form: "tree", how: "download" },
};

/** `fail` is told in a sentence what could not be done. */
export async function take(
  conversation: string,
  { form, how }: Way,
  fail: (sentence: string) => void,
): Promise<void> {
  if (how === "download") return download(exportAddress(conversation, form));
  const text = fetchExport(conversation, form);
  try {
    if (await copyComing(text)) said.say("Copied.");
    else fail("The browser does not let this page copy. Download the chat instead.");
  } catch (error) {
    fail(sentenceOf(error));
  }
}

/** The server names the file. */
function download(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

/** Bring the chats of a file, and show the first. */
export async function bring(chat: Chat, file: File): Promise<void> {
  said.say(`Importing ${file.name} …`);
  try {
    const { conversations, problems } = await postImport(file);
    const count = conversations.length;
    follow(conversations[0] ?? null);
    said.say(count === 1 ? "The chat was imported." : `${String(count)} chats were imported.`);
    if (problems.length > 0)
      chat.problem = `${count === 1 ? "1 chat was" : `${String(count)} chats were`} imported. Not all could be: ${problems[0] ?? ""}`;
  } catch (error) {
    chat.problem = sentenceOf(error);
  }
}

const sentenceOf = (error: unknown): string =>
  error instanceof ArchiveRefused ? error.message : "The server cannot be reached. Try again.";
