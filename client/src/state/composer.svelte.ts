/**
 * The words a person has not sent yet: one draft per chat and one for a new chat.
 *
 * Drafts survive a reload. What happens to words once they are sent is chat's business.
 */
import { storage } from "./storage";

const SAVE_AFTER_MS = 300;

export interface Store {
  read(key: string): string | null;
  write(key: string, value: string): void;
}

export class Composer {
  #text = $state("");
  #key: string;
  #store: Store;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(conversation: string | null, store: Store = storage) {
    this.#store = store;
    this.#key = keyOf(conversation);
    this.#text = store.read(this.#key) ?? "";
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  get isEmpty(): boolean {
    return this.#text.trim() === "";
  }

  /** Write the draft down now. `text`: with words that would be lost otherwise. */
  save(text: string = this.#text): void {
    clearTimeout(this.#timer);
    this.#store.write(this.#key, text);
  }

  /** Take the words to send them; the draft is empty from now on. */
  take(): string {
    const text = this.#text;
    this.#text = "";
    this.save();
    return text;
  }

  /** Words that could not be sent come back, before whatever was written since. */
  restore(text: string): void {
    this.#text = this.isEmpty ? text : `${text}\n\n${this.#text}`;
    this.save();
  }

  /** The person goes to another chat: its draft is shown, this one kept. */
  turnTo(conversation: string | null): void {
    this.save();
    this.#key = keyOf(conversation);
    this.#text = this.#store.read(this.#key) ?? "";
  }

  /** The new chat has got its id: whatever is being written goes with it. */
  rename(conversation: string): void {
    this.#store.write(this.#key, "");
    this.#key = keyOf(conversation);
    this.save();
  }
}

const keyOf = (conversation: string | null): string => `draft.${conversation ?? "new"}`;
