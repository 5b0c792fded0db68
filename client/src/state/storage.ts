/**
 * What the browser keeps for this page. Storage may be full, forbidden or absent;
 * the page then works without memory, so nothing here ever raises.
 */
const PREFIX = "gptchat.";

function keptIn(place: () => Storage) {
  return {
    read(key: string): string | null {
      try {
        return place().getItem(PREFIX + key);
      } catch {
        return null;
      }
    },

    /** An empty value is forgotten. */
    write(key: string, value: string): void {
      try {
        if (value === "") place().removeItem(PREFIX + key);
        else place().setItem(PREFIX + key, value);
      } catch {
        // Nothing can be kept; the person loses a convenience, not their words.
      }
    },

    /** Everything whose key begins so is forgotten. */
    forget(beginning: string): void {
      try {
        const keys = Object.keys(place()).filter((key) => key.startsWith(PREFIX + beginning));
        for (const key of keys) place().removeItem(key);
      } catch {
        // Nothing was kept.
      }
    },
  };
}

export const storage = keptIn(() => localStorage);
/** The same until the tab is closed. */
export const session = keptIn(() => sessionStorage);
