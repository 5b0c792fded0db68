/**
 * What this person prefers in this browser: the theme, which outranks the configured
 * one (boot/theme.js applies it before the first paint), the model of a new chat, and
 * whether the sidebar is open.
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
  #model = $state<string | null>(null);
  #sidebar = $state<string | null>(null);

  constructor(configured: Theme, store: Store = storage) {
    this.#store = store;
    this.#configured = configured;
    const chosen = store.read("theme");
    if (isTheme(chosen)) this.#chosen = chosen;
    this.#model = store.read("model");
    this.#sidebar = store.read("sidebar");
  }

  get theme(): Theme {
    return this.#chosen ?? this.#configured;
  }

  set configured(theme: Theme) {
    this.#configured = theme;
  }

  /** The model chosen last, in whichever chat. */
  get model(): string | null {
    return this.#model;
  }

  set model(name: string) {
    this.#model = name;
    this.#store.write("model", name);
  }

  /** Null: never said. */
  get sidebarOpen(): boolean | null {
    return this.#sidebar === null ? null : this.#sidebar === "open";
  }

  set sidebarOpen(open: boolean) {
    this.#sidebar = open ? "open" : "closed";
    this.#store.write("sidebar", this.#sidebar);
  }

  choose(theme: Theme): void {
    this.#chosen = theme;
    this.#store.write("theme", theme);
  }
}
