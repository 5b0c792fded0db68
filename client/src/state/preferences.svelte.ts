/**
 * What this person prefers in this browser. For now: the theme, which outranks the
 * configured one. boot/theme.js applies the same choice before the first paint.
 */
import type { Theme } from "../wire/protocol.gen";
import { storage } from "./storage";
import type { Store } from "./composer.svelte";

const isTheme = (value: string | null): value is Theme =>
  value === "auto" || value === "light" || value === "dark";

export class Preferences {
  #store: Store;
  #chosen = $state<Theme | null>(null);
  #configured = $state<Theme>("auto");

  constructor(configured: Theme, store: Store = storage) {
    this.#store = store;
    this.#configured = configured;
    const chosen = store.read("theme");
    if (isTheme(chosen)) this.#chosen = chosen;
  }

  get theme(): Theme {
    return this.#chosen ?? this.#configured;
  }

  set configured(theme: Theme) {
    this.#configured = theme;
  }

  choose(theme: Theme): void {
    this.#chosen = theme;
    this.#store.write("theme", theme);
  }
}
