/**
 * What the browser keeps for this page. Storage may be full, forbidden or absent;
 * the page then works without memory, so nothing here ever raises.
 */
const PREFIX = "gptchat.";

export const storage = {
  read(key: string): string | null {
    try {
      return localStorage.getItem(PREFIX + key);
    } catch {
      return null;
    }
  },

  /** An empty value is forgotten. */
  write(key: string, value: string): void {
    try {
      if (value === "") localStorage.removeItem(PREFIX + key);
      else localStorage.setItem(PREFIX + key, value);
    } catch {
      // Nothing can be kept; the person loses a convenience, not their words.
    }
  },

  /** Everything whose key begins so is forgotten. */
  forget(beginning: string): void {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX + beginning));
      for (const key of keys) localStorage.removeItem(key);
    } catch {
      // Nothing was kept.
    }
  },
};
