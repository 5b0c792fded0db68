/**
 * Which addresses a model's text may lead to.
 *
 * An allow-list: what is not plainly a page or a mail address never becomes an `href`.
 */

const SAFE_LINK = /^(?:https?:\/\/|mailto:)/i;
const PICTURE = /^data:image\/(?:png|jpeg|gif|webp)[;,]/i;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

export function isSafeLink(address: string): boolean {
  return SAFE_LINK.test(address);
}

/** A picture that carries its own bytes; showing it asks nobody for anything. */
export function isInlinePicture(address: string): boolean {
  return PICTURE.test(address);
}

/** May Markdown read this as a link at all? If not, its source stays on the page as text. */
export function isLinkable(address: string): boolean {
  return !SCHEME.test(address) || isSafeLink(address) || isInlinePicture(address);
}

/** The host a remote picture would be fetched from, or null when the address names none. */
export function hostOf(address: string): string | null {
  if (!/^https?:\/\//i.test(address)) return null;
  try {
    return new URL(address).host || null;
  } catch {
    return null;
  }
}
