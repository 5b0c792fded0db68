/**
 * What a person does to their chats: rename, pin, copy, delete, and have it undone.
 *
 * Each is shown at once; what the server does not do is shown as it was. What the list looks
 * like is history.svelte.ts's business.
 */
import type { ConversationInfo, Request as Asked } from "../wire/protocol.gen";
import type { Answer } from "../wire/socket";
import type { History } from "./history.svelte";
import { newId } from "./ids";

export const LONGEST_TITLE = 120;

/** Null: nobody answered. */
export type Ask = (request: Asked) => Promise<Answer | null>;

const UNREACHED = "The server cannot be reached, so nothing was changed. Try again when it is back.";

export class Keeping {
  #history: History;
  #ask: Ask;
  #problem: (sentence: string) => void;

  constructor(history: History, ask: Ask, problem: (sentence: string) => void) {
    this.#history = history;
    this.#ask = ask;
    this.#problem = problem;
  }

  /** An empty title changes nothing. */
  async rename(id: string, written: string): Promise<void> {
    const title = [...written.replace(/\s+/g, " ").trim()].slice(0, LONGEST_TITLE).join("").trim();
    const before = this.#history.get(id);
    if (title === "" || title === before?.title) return;
    await this.#change(before, { title }, { type: "rename", conversation: id, title });
  }

  async pin(id: string, pinned: boolean): Promise<void> {
    const since = pinned ? { pinned: Date.now() / 1000 } : { pinned: undefined };
    await this.#change(this.#history.get(id), since, { type: "pin", conversation: id, pinned });
  }

  /** The id of the copy, or null. */
  async duplicate(id: string): Promise<string | null> {
    const answer = await this.#told({ type: "duplicate", conversation: id, id: newId() });
    return answer !== null && "conversation" in answer ? answer.conversation : null;
  }

  /** Whether it is deleted. Until then it is only out of sight. */
  async delete(id: string): Promise<boolean> {
    const before = this.#history.get(id);
    this.#history.take({ changed: [], removed: [id] });
    const answer = await this.#told({ type: "delete", conversation: id });
    if (answer === null) this.#restored(before);
    return answer !== null;
  }

  async restore(id: string): Promise<boolean> {
    return (await this.#told({ type: "restore", conversation: id })) !== null;
  }

  /** The person has it on screen. */
  async read(id: string): Promise<void> {
    const before = this.#history.get(id);
    if (before !== undefined) this.#history.take({ changed: [without(before, "unread")], removed: [] });
    await this.#ask({ type: "read", conversation: id });
  }

  async #change(
    before: ConversationInfo | undefined,
    change: { title: string } | { pinned: number | undefined },
    request: Asked,
  ): Promise<void> {
    if (before !== undefined) {
      const after = { ...before, ...change } as ConversationInfo;
      const shown = after.pinned === undefined ? without(after, "pinned") : after;
      this.#history.take({ changed: [shown], removed: [] });
    }
    if ((await this.#told(request)) === null) this.#restored(before);
  }

  #restored(before: ConversationInfo | undefined): void {
    if (before !== undefined) this.#history.take({ changed: [before], removed: [] });
  }

  /** Null: it was not done, and the person has been told. */
  async #told(request: Asked): Promise<Answer | null> {
    const answer = await this.#ask(request);
    if (answer === null) this.#problem(UNREACHED);
    // A refusal has been told by whoever asked.
    return answer === null || "refused" in answer ? null : answer;
  }
}

function without(chat: ConversationInfo, key: "pinned" | "unread"): ConversationInfo {
  const { [key]: _gone, ...rest } = chat;
  return rest;
}
