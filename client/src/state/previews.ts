/**
 * Pictures this page has uploaded itself: shown from here, nobody waits to get back what they
 * have just sent, and without a connection they are there all the same. A reload forgets them.
 */
const addresses = new Map<string, string>();

export const previews = {
  keep(id: string, address: string): void {
    addresses.set(id, address);
  },

  of(id: string): string | null {
    return addresses.get(id) ?? null;
  },

  /** It cannot be shown any more: the file may have changed on the person's disk. */
  drop(id: string): void {
    const address = addresses.get(id);
    if (address !== undefined) URL.revokeObjectURL(address);
    addresses.delete(id);
  },
};
