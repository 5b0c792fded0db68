/**
 * What a person has not sent yet: one draft per chat and one for a new chat.
 *
 * Drafts survive a reload, with the files that are uploaded. What happens to words
 * once they are sent is chat's business.
 */
import type { Attachment } from "../wire/protocol.gen";
import { upload } from "../wire/upload";
import { Attachments } from "./attachments.svelte";
import { type Draft, isAttachment, joined } from "./draft";
import { storage } from "./storage";

const SAVE_AFTER_MS = 300;

export interface Store {
  read(key: string): string | null;
  write(key: string, value: string): void;
}

export class Composer {
  readonly attachments: Attachments;
  /** The person wants it sent as soon as its files are uploaded. */
  wanted = $state(false);
  /** Called when a wanted draft can go. */
  onready: () => void = () => undefined;
  #text = $state("");
  #key: string;
  #store: Store;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(conversation: string | null, store: Store = storage, by: typeof upload = upload) {
    this.attachments = new Attachments(() => this.#changed(), by);
    this.#store = store;
    this.#key = keyOf(conversation);
    this.#read();
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#text = text;
    this.wanted = false; // Whoever goes on writing is not done.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  get isEmpty(): boolean {
    return this.#text.trim() === "" && this.attachments.all.length === 0;
  }

  /** Write the draft down now; `draft`: with what would be lost otherwise. */
  save(draft: Draft = this.draft): void {
    clearTimeout(this.#timer);
    this.#write(this.#key, draft);
  }

  /** The page goes: what was not sent in another chat is written down before the draft there. */
  putBack(conversation: string | null, unsent: readonly (Draft | null)[]): void {
    const key = keyOf(conversation);
    const there = { text: this.#store.read(key) ?? "", files: listOf(this.#store.read(`${key}.files`)) };
    this.#write(key, joined([...unsent, there]));
  }

  /** Take what is written to send it; the draft is empty from now on. */
  take(): Draft {
    const draft = this.draft;
    this.wanted = false;
    this.#text = "";
    this.attachments.replace([]);
    this.save();
    return draft;
  }

  /** What could not be sent comes back, before whatever was written since. */
  restore({ text, files }: Draft): void {
    this.#text = [text, this.#text].filter((words) => words.trim() !== "").join("\n\n");
    this.attachments.restore(files);
    this.save();
  }

  /** The person goes to another chat: its draft is shown, this one kept. */
  turnTo(conversation: string | null): void {
    this.save();
    this.#key = keyOf(conversation);
    this.#read();
  }

  /** The new chat has got its id: whatever is being written goes with it. */
  rename(conversation: string): void {
    const draft = this.draft;
    this.save({ text: "", files: [] });
    this.#key = keyOf(conversation);
    this.save(draft);
  }

  get draft(): Draft {
    return { text: this.#text, files: this.attachments.done };
  }

  #read(): void {
    this.wanted = false;
    this.#text = this.#store.read(this.#key) ?? "";
    this.attachments.replace(listOf(this.#store.read(`${this.#key}.files`)));
  }

  #write(key: string, { text, files }: Draft): void {
    this.#store.write(key, text);
    this.#store.write(`${key}.files`, files.length > 0 ? JSON.stringify(files) : "");
  }

  #changed(): void {
    this.save();
    const { underWay, failed } = this.attachments;
    if (failed || this.isEmpty) this.wanted = false;
    if (this.wanted && underWay === 0) this.onready();
  }
}

const keyOf = (conversation: string | null): string => `draft.${conversation ?? "new"}`;

function listOf(kept: string | null): Attachment[] {
  try {
    const list: unknown = JSON.parse(kept ?? "[]");
    return Array.isArray(list) ? list.filter(isAttachment) : [];
  } catch {
    return [];
  }
}
