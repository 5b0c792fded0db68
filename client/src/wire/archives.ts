/**
 * Chats as files: where one is fetched from, in which form, and how one is brought.
 */
import type { ImportAnswer, Refusal } from "./protocol.gen";

/** The server answered, and it was no: the sentence is for the person. */
export class ArchiveRefused extends Error {}

export const exportAddress = (conversation: string, form: string): string =>
  new URL(
    `api/conversations/${encodeURIComponent(conversation)}/export?form=${encodeURIComponent(form)}`,
    document.baseURI,
  ).href;

/** The text of a chat in this form. */
export async function fetchExport(conversation: string, form: string): Promise<string> {
  const answer = await fetch(exportAddress(conversation, form), { cache: "no-store" });
  if (!answer.ok) throw new ArchiveRefused(await sentenceOf(answer, "The chat could not be fetched."));
  return await answer.text();
}

/** Bring the chats of a file. The header keeps other sites' forms from posting here. */
export async function postImport(file: Blob): Promise<ImportAnswer> {
  const answer = await fetch(new URL("api/import", document.baseURI), {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream", "X-Gptchat": "1" },
    body: file,
  });
  if (answer.ok) return (await answer.json()) as ImportAnswer;
  const large = answer.status === 413;
  throw new ArchiveRefused(
    await sentenceOf(answer, large ? "The file is too large for the server." : "The server did not take it."),
  );
}

async function sentenceOf(answer: Response, otherwise: string): Promise<string> {
  try {
    return ((await answer.json()) as { refused: Refusal }).refused.sentence;
  } catch {
    return otherwise;
  }
}
