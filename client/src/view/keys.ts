/** The keys that work anywhere in the page, and where the focus goes. */
import type { Chat } from "../state/chat.svelte";
import type { Pane } from "./sidebar/pane.svelte";

export const COMPOSER = "gptchat-composer";

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

export function focusComposer(): void {
  document.getElementById(COMPOSER)?.focus();
}

/** A field takes the focus ring from the browser even for a pointer; styles ask here instead. */
export function usedBy(modality: "keyboard" | "pointer"): void {
  document.documentElement.dataset["modality"] = modality;
}

export const isByPointer = (): boolean => document.documentElement.dataset["modality"] === "pointer";

export function pressed(event: KeyboardEvent, chat: Chat, pane: Pane): void {
  if (event.key === "Tab") usedBy("keyboard");
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "F6" && focusToast()) return event.preventDefault();
  // A dialog has its own keys: Esc closes it, and stops nothing behind it.
  if (document.querySelector("dialog[open]") !== null) return;
  const act = shortcut(event, chat, pane);
  if (act !== undefined) {
    event.preventDefault();
    act();
  } else if (event.key === "Escape" && event.shiftKey) {
    event.preventDefault();
    focusComposer();
  } else if (event.key === "Escape" && chat.busy && chat.editing === null) {
    event.preventDefault();
    chat.stop();
  } else if (isTyping(event)) {
    focusComposer();
  }
}

/** What Ctrl or ⌘ with this key does; keys are told by their place where letters move about. */
function shortcut(event: KeyboardEvent, chat: Chat, pane: Pane): (() => void) | undefined {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return undefined;
  const { chats, config } = chat;
  if (event.shiftKey && event.code === "KeyO") {
    return () => {
      chats.newChat();
      focusComposer();
    };
  }
  if (!config.history) return undefined;
  if (event.shiftKey && event.code === "KeyS") return () => pane.toggle();
  const shown = chats.history.get(chat.room.id ?? "");
  if (event.shiftKey && event.code === "Backspace" && shown !== undefined)
    return () => pane.askToDelete(shown, focusComposer);
  if (!event.shiftKey && event.code === "KeyK") return () => (pane.searching = true);
  return undefined;
}

/** `false`: there is none. */
function focusToast(): boolean {
  const button = document.querySelector<HTMLElement>('[data-gc="toast"] button');
  button?.focus();
  return button !== null;
}

/** Words typed at nothing in particular belong in the composer; the key goes on to it. */
function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return false;
  if (event.key === " ") return false; // Space scrolls.
  const at = document.activeElement;
  const resting = at === null || at === document.body || at.matches('[tabindex="-1"]') || isClicked(at);
  return resting && document.querySelector("dialog[open]") === null;
}

/** Whoever clicked is done with the button; who came with the keyboard stays where they are. */
const isClicked = (at: Element): boolean =>
  isByPointer() && at.matches("button") && at.closest('[role="menu"]') === null;
