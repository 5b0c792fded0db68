/**
 * A word about something that was done, and the way to undo it: one at a time, for a while.
 *
 * How it looks, and that it waits for whoever is about to press it, is view/Toast.svelte's.
 */
import { said } from "./said.svelte";

export interface Toast {
  readonly text: string;
  readonly action: string;
  act(): void;
}

const SHOWN_MS = 8_000;

class Toasts {
  #waiting = $state.raw<readonly Toast[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;

  get shown(): Toast | null {
    return this.#waiting[0] ?? null;
  }

  show(toast: Toast): void {
    this.#waiting = [...this.#waiting, toast];
    if (this.shown === toast) this.#begin(toast);
  }

  /** Whoever looks at it closely keeps it there. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), SHOWN_MS);
  }

  act(): void {
    const { shown } = this;
    this.close();
    shown?.act();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting = this.#waiting.slice(1);
    if (this.shown !== null) this.#begin(this.shown);
  }

  #begin({ text, action }: Toast): void {
    said.say(`${text}. ${action}: press F6, then Enter.`);
    this.release();
  }
}

export const toasts = new Toasts();
