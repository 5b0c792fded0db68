/**
 * Which chat is on screen, and the address that says so. Chats that were on screen before are
 * kept, so that coming back shows them at once, with whatever waits to be sent in them.
 *
 * What a chat says is room's business; what the page does when another is shown, chat's.
 */
import type { Message } from "../wire/protocol.gen";
import * as address from "./address";
import { Room } from "./room.svelte";

/** Chats kept besides the one on screen: as many as somebody goes back and forth between. */
const KEPT = 12;

export class Screen {
  /** The conversation on screen; another object for another chat. */
  room = $state.raw() as Room;
  /** The message that the address names, until it has been shown. */
  target = $state<string | null>(null);
  /** Least recently shown first. */
  #kept = new Map<string, Room>();
  /** New chats left before the server had given them an id. */
  #nameless = new Set<Room>();
  #presets: () => Message[];
  #changed: (left: Room | null) => void;

  /** `changed`: another chat is on screen; the one before was `left`, or is no more. */
  constructor(presets: () => Message[], changed: (left: Room | null) => void) {
    this.#presets = presets;
    this.#changed = changed;
    const { conversation, message } = address.readAddress();
    this.room = this.#roomOf(conversation);
    this.target = message;
    addEventListener("popstate", () => this.#follow());
  }

  /** Chats that are not on screen, and may hold what was not sent yet. */
  get others(): Room[] {
    return [...this.#kept.values(), ...this.#nameless].filter((room) => room !== this.room);
  }

  /** Show a chat (null: a new one), at one of its messages or where it was. */
  open(conversation: string | null, message: string | null = null): void {
    address.go({ conversation, message });
    this.#show(conversation, message);
  }

  /** The chat on screen is no more: a new one takes its place, and Back does not lead to it. */
  leave(): void {
    if (this.room.id !== null) this.#kept.delete(this.room.id);
    address.rename(null);
    this.#show(null, null, null);
  }

  /** A new chat has got its id. */
  named(room: Room, conversation: string): void {
    room.id = conversation;
    this.#nameless.delete(room);
    this.#keep(room);
    if (room === this.room) address.rename(conversation);
  }

  forget(conversation: string): void {
    this.#kept.delete(conversation);
  }

  #follow(): void {
    const { conversation, message } = address.readAddress();
    // Only another message of the same chat: nothing else changes.
    if (conversation !== null && conversation === this.room.id) this.target = message;
    else this.#show(conversation, message);
  }

  #show(conversation: string | null, message: string | null, left: Room | null = this.room): void {
    this.target = message;
    if (conversation !== null && conversation === this.room.id) return;
    if (this.room.id === null && this.room.intents.all.length > 0) this.#nameless.add(this.room);
    this.room = this.#roomOf(conversation);
    this.#changed(left);
  }

  #roomOf(conversation: string | null): Room {
    const known = conversation === null ? undefined : this.#kept.get(conversation);
    const room = known ?? new Room(conversation, this.#presets());
    this.#keep(room);
    return room;
  }

  #keep(room: Room): void {
    if (room.id === null) return;
    this.#kept.delete(room.id);
    this.#kept.set(room.id, room);
    for (const [id, old] of this.#kept) {
      if (this.#kept.size <= KEPT) break;
      // What waits to be sent stays where its person will look for it.
      if (old.intents.all.length === 0) this.#kept.delete(id);
    }
  }
}
