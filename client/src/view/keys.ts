/** The keys that work anywhere in the page, and where the focus goes. */
import type { Chat } from "../state/chat.svelte";

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

export function pressed(event: KeyboardEvent, chat: Chat): void {
  if (event.key === "Tab") usedBy("keyboard");
  if (event.defaultPrevented || event.isComposing) return;
  const mod = event.ctrlKey || event.metaKey;
  if (mod && event.shiftKey && event.code === "KeyO") {
    event.preventDefault();
    chat.newChat();
    focusComposer();
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
