/**
 * All chats of this person, joined: the list, what is done to a chat in it, and which one is on
 * screen. The sidebar calls its methods and reads it; what is said in a chat is chat's business.
 */
import { fetchConversations } from "../wire/http";
import type { ConversationsFrame, Message, Refusal } from "../wire/protocol.gen";
import { linkTo } from "./address";
import { History } from "./history.svelte";
import { Keeping, type Ask } from "./keeping";
import { nameOf } from "./naming";
import type { Room } from "./room.svelte";
import { Screen } from "./screen.svelte";
import { toasts } from "./toasts.svelte";

export interface ChatsListener {
  ask: Ask;
  /** The messages a new chat begins with. */
  presets(): Message[];
  /** Another chat is on screen. */
  shown(): void;
  /** The chat on screen was deleted elsewhere. */
  gone(refusal: Refusal): void;
  /** One sentence about something that could not be done. */
  problem(sentence: string): void;
}

const GONE: Refusal = { code: "gone", sentence: "This chat was deleted." };

export class Chats {
  readonly history = new History(fetchConversations);
  readonly screen: Screen;
  #keeping: Keeping;
  #listener: ChatsListener;
  /** What is being deleted here: that it is gone comes as no surprise. */
  #deleting = new Set<string>();
  /** What the server has been told is on screen. */
  #read: string | null = null;

  /** What the chat on screen is called; null: nothing was said in it yet. */
  readonly title = $derived.by(() => {
    const { id, turns } = this.screen.room;
    return (id === null ? undefined : this.history.get(id)?.title) ?? nameOf(turns);
  });

  constructor(listener: ChatsListener) {
    this.#listener = listener;
    this.#keeping = new Keeping(this.history, listener.ask, (sentence) => listener.problem(sentence));
    this.screen = new Screen(
      () => listener.presets(),
      (left) => this.#shown(left),
    );
  }

  // ------------------------------------------------------------ what a person can do

  newChat(): void {
    this.screen.open(null);
  }

  open(id: string, message: string | null = null): void {
    this.screen.open(id, message);
  }

  /** Tell the person what could not be done. */
  fail(sentence: string): void {
    this.#listener.problem(sentence);
  }

  rename(id: string, title: string): void {
    void this.#keeping.rename(id, title);
  }

  pin(id: string, pinned: boolean): void {
    void this.#keeping.pin(id, pinned);
  }

  /** Copy it, and go to the copy. */
  async duplicate(id: string): Promise<void> {
    const copy = await this.#keeping.duplicate(id);
    if (copy !== null) this.open(copy);
  }

  /** Delete it; for a while that can be undone. */
  async delete(id: string): Promise<void> {
    const shown = this.screen.room.id === id;
    this.#deleting.add(id);
    this.screen.forget(id);
    if (shown) this.screen.leave();
    const deleted = await this.#keeping.delete(id);
    this.#deleting.delete(id);
    if (!deleted) return;
    toasts.show({ text: "Chat deleted", action: "Undo", act: () => void this.#restore(id, shown) });
  }

  /** Where anybody whose chat it is can find it. */
  linkTo(id: string): string {
    return new URL(linkTo(id), document.baseURI).href;
  }

  // ------------------------------------------------------------ what comes of it

  take(frame: ConversationsFrame): void {
    this.history.take(frame);
    const { id } = this.screen.room;
    for (const each of frame.removed) {
      this.screen.forget(each);
      if (each === id && !this.#deleting.has(each)) this.#listener.gone(GONE);
    }
    this.look();
  }

  /** The page is looked at: what is on screen has been read. */
  look(): void {
    const { room } = this.screen;
    if (document.visibilityState === "hidden" || room.id === null) return;
    const unread = this.history.get(room.id)?.unread;
    // Of a chat far down in the list it is not known here whether it has been read.
    if (unread === true || (unread === undefined && this.#read !== room.id)) {
      this.#read = room.id;
      void this.#keeping.read(room.id);
    }
  }

  async #restore(id: string, shown: boolean): Promise<void> {
    if ((await this.#keeping.restore(id)) && shown) this.open(id);
  }

  #shown(left: Room | null): void {
    this.#read = null;
    if (left !== null) this.#finished(left);
    this.#listener.shown();
    this.look();
  }

  /** Who goes away after the last word has read it: the list may say only later that it was said. */
  #finished({ id, busy, loading }: Room): void {
    if (id !== null && !busy && !loading && document.visibilityState !== "hidden") void this.#keeping.read(id);
  }
}
