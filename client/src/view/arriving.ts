/**
 * Where the view stands when a chat comes on screen: where it was left, at its end, or at the
 * one message that is meant. How it moves there is scroll/'s business.
 */
import { tick } from "svelte";
import type { Scroller } from "../scroll/scroller";
import type { Chat } from "../state/chat.svelte";
import type { Turn } from "../state/conversation";
import type { Room } from "../state/room.svelte";
import { focusComposer } from "./keys";

const FOUND_MS = 2_000;

export class Arriving {
  #chat: Chat;
  #left = new WeakMap<Room, number>();
  /** The message whose branch was asked for. */
  #asked: string | null = null;

  constructor(chat: Chat) {
    this.#chat = chat;
  }

  /** The view moved: this is where the chat is left, unless it moves again. */
  moved(room: Room, { place }: Scroller): void {
    if (place === null) this.#left.delete(room);
    else this.#left.set(room, place);
  }

  arrive(room: Room, scroller: Scroller): void {
    const left = this.#left.get(room);
    if (left === undefined) scroller.opened(room.busy);
    else scroller.restore(left);
    if (matchMedia("(pointer: fine)").matches) focusComposer();
  }

  /** Show the message, once it is on the path that is shown. */
  show(id: string, turns: readonly Turn[], scroller: Scroller): void {
    const { screen } = this.#chat.chats;
    const turn = turns.find(({ user, parts }) => [user, ...parts].some((view) => view?.node.id === id));
    if (turn !== undefined) {
      screen.target = null;
      this.#asked = null;
      void tick().then(() => reveal(id, turn, scroller));
    } else if (!this.#chat.room.conversation.state.nodes.has(id)) {
      screen.target = null; // It is gone; the chat is shown all the same.
    } else if (this.#asked !== id) {
      this.#asked = id;
      this.#chat.select(id);
    }
  }
}

function reveal(id: string, turn: Turn, scroller: Scroller): void {
  const within = document.querySelector(`[data-turn="${CSS.escape(turn.id)}"]`);
  const isSaid = turn.user?.node.id === id;
  const article = within?.querySelector<HTMLElement>(isSaid ? '[data-role="user"]' : '[data-gc="assistant"]');
  if (!article) return;
  scroller.show(article);
  article.focus({ preventScroll: true });
  const words = article.querySelector<HTMLElement>('[data-gc="bubble"], .parts') ?? article;
  words.dataset["found"] = "";
  setTimeout(() => delete words.dataset["found"], FOUND_MS);
}
