/** Where a key leads in a list of names: arrows, Home, End, and typing how a name begins. */

/** A pause as long as this begins a new word. */
const PAUSE_MS = 700;

export class Roving {
  #typed = "";
  #last = -Infinity;

  /** The place this key leads to from place `at`; undefined for a key that means nothing here. */
  to(key: string, names: readonly string[], at: number, now: number): number | undefined {
    const isText = [...key].length === 1 && key !== " ";
    if (isText) return this.#find(key, names, at, now);
    this.#typed = "";
    const last = names.length - 1;
    if (key === "ArrowDown") return at >= last ? 0 : at + 1;
    if (key === "ArrowUp") return at <= 0 ? last : at - 1;
    if (key === "Home") return 0;
    return key === "End" ? last : undefined;
  }

  /** A name that is not there leads nowhere. */
  #find(key: string, names: readonly string[], at: number, now: number): number {
    this.#typed = now - this.#last > PAUSE_MS ? key : this.#typed + key;
    this.#last = now;
    const letters = [...this.#typed.toLowerCase()];
    // The same letter again and again goes through all names that begin with it.
    const again = letters.every((letter) => letter === letters[0]);
    const word = again ? (letters[0] ?? "") : letters.join("");
    const order = names.map((_, step) => (at + step + (again ? 1 : 0)) % names.length);
    return order.find((place) => begins(names[place] ?? "", word)) ?? at;
  }
}

/** The maker in front ("meta-llama/Llama-3.1-8B") is seldom what a person thinks of. */
const begins = (name: string, word: string): boolean =>
  [name, name.slice(name.lastIndexOf("/") + 1)].some((part) => part.toLowerCase().startsWith(word));
