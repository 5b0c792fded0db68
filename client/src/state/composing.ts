/**
 * Whether a pressed key is a person's, or belongs to an input method that is still
 * composing a character. Every field that submits on Enter asks here.
 */

/** What is read of a KeyboardEvent. */
export interface Key {
  key: string;
  keyCode: number;
  isComposing: boolean;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  timeStamp: number;
}

/** What the browser reports while an input method holds the key. */
const HELD_BY_INPUT_METHOD = 229;

/**
 * Safari ends the composition before the Enter that confirms it (WebKit bug 165004),
 * so an Enter this soon after the end is still the input method's.
 */
const SAFARI_CONFIRMS_WITHIN_MS = 50;

export type SendKey = "enter" | "mod+enter";

export class Composing {
  #endedAt = -Infinity;

  /** For `compositionend`; a new composition begins afresh. */
  ended(at: number): void {
    this.#endedAt = at;
  }

  holds(key: Key): boolean {
    if (key.isComposing || key.keyCode === HELD_BY_INPUT_METHOD) return true;
    if (key.key !== "Enter" || key.timeStamp - this.#endedAt > SAFARI_CONFIRMS_WITHIN_MS)
      return false;
    // One Enter confirms; the next, however quick, is the person's own.
    this.#endedAt = -Infinity;
    return true;
  }

  /** This key sends. `touch`: there is no Shift key to make a new line with, so Enter makes it. */
  sends(key: Key, sendKey: SendKey, touch = false): boolean {
    if (key.key !== "Enter" || this.holds(key) || key.altKey) return false;
    if (key.ctrlKey || key.metaKey) return true;
    return sendKey === "enter" && !key.shiftKey && !touch;
  }
}
