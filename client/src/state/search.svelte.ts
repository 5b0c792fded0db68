/**
 * Looking for a chat: what was found for the words as they are now.
 *
 * The server is asked once the person pauses; an answer to other words is dropped. While it
 * cannot be reached, the titles that are here are searched.
 */
import type { ConversationInfo, FoundConversation, SearchAnswer } from "../wire/protocol.gen";
import { places } from "./marks";

const PAUSE_MS = 150;

export type FetchFound = (words: string, signal: AbortSignal) => Promise<SearchAnswer>;

export class Search {
  #words = $state("");
  #fetch: FetchFound;
  #chats: () => readonly ConversationInfo[];
  #asked = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Best first; null: nothing has been looked for yet. */
  found = $state.raw<readonly FoundConversation[] | null>(null);
  /** What `found` was looked for with. */
  foundFor = $state("");
  /** The server could not be asked: only titles were searched. */
  partial = $state(false);

  constructor(fetch: FetchFound, chats: () => readonly ConversationInfo[]) {
    this.#fetch = fetch;
    this.#chats = chats;
  }

  get words(): string {
    return this.#words;
  }

  set words(words: string) {
    this.#words = words;
    clearTimeout(this.#timer);
    this.#asked.abort();
    if (words.trim() === "") this.#show(null, "");
    else this.#timer = setTimeout(() => void this.#ask(words.trim()), PAUSE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asked.abort();
  }

  async #ask(words: string): Promise<void> {
    const asked = (this.#asked = new AbortController());
    try {
      const { found } = await this.#fetch(words, asked.signal);
      if (!asked.signal.aborted) this.#show(found, words);
    } catch {
      if (!asked.signal.aborted) this.#show(byTitle(this.#chats(), words), words, true);
    }
  }

  #show(found: readonly FoundConversation[] | null, words: string, partial = false): void {
    this.found = found;
    this.foundFor = words;
    this.partial = partial;
  }
}

function byTitle(chats: readonly ConversationInfo[], asked: string): FoundConversation[] {
  const words = asked.split(/\s+/);
  return chats
    .filter(({ title }) => words.every((word) => places(title, [word]).length > 0))
    .map((conversation) => ({ conversation, title_marks: places(conversation.title, words) }));
}
