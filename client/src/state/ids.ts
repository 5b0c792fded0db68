/**
 * Ids made by the page. They are made once and never swapped, and make a repeated
 * request harmless. `crypto.randomUUID` is missing on plain http, which is normal here.
 */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `msg_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
