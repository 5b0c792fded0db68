/**
 * How the sidebar stands: open, a rail, or on a narrow page a drawer; and which of its dialogs
 * is open. What is in it is Sidebar.svelte's business.
 */
import { MediaQuery } from "svelte/reactivity";
import type { Preferences } from "../../state/preferences.svelte";
import type { ConversationInfo } from "../../wire/protocol.gen";

export class Pane {
  #preferences: Preferences;
  #narrow = new MediaQuery("max-width: 767.98px", false);
  #wide = new MediaQuery("min-width: 1024px", true);
  #drawerOpen = $state(false);
  searching = $state(false);
  /** The chat that may be deleted, if the person says so again; and what follows then. */
  deleting = $state.raw<{ chat: ConversationInfo; then: () => void } | null>(null);

  constructor(preferences: Preferences) {
    this.#preferences = preferences;
  }

  get form(): "open" | "rail" | "drawer" {
    if (this.#narrow.current) return "drawer";
    return (this.#preferences.sidebarOpen ?? this.#wide.current) ? "open" : "rail";
  }

  get drawerOpen(): boolean {
    return this.#drawerOpen && this.form === "drawer";
  }

  set drawerOpen(open: boolean) {
    this.#drawerOpen = open;
  }

  toggle(): void {
    if (this.form === "drawer") this.#drawerOpen = !this.#drawerOpen;
    else this.#preferences.sidebarOpen = this.form === "rail";
  }

  /** Ask whether to delete it. */
  askToDelete(chat: ConversationInfo, then: () => void): void {
    this.deleting = { chat, then };
  }
}
