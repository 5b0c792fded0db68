/**
 * Which addresses a model's text may lead to, and what is said about them.
 *
 * An allow-list: what is not plainly a page or a mail address never becomes an `href`.
 */

const SAFE_LINK = /^(?:https?:\/\/|mailto:)/i;
/** A host that needs no taking apart to be known as one. */
const PLAIN_HOST = /^(?:mailto:|https?:\/\/(?:[a-z0-9-]+\.)*[a-z]+(?:[/?#]|$))/i;
const PICTURE = /^data:image\/(?:png|jpeg|gif|webp)[;,]/i;
/** A megabyte, as base64 writes it. */
const LARGEST_PICTURE = 1_400_000;
/** An address, or all of the label a name that may be a host's. */
const LIKE_AN_ADDRESS = /\b(?:https?:\/\/|www\.)[^\s/?#]+|^\s*[^\s/?#@:]+\.[a-z]{2,}(?=[/?#:\s]|$)/i;

export function isSafeLink(address: string): boolean {
  return PLAIN_HOST.test(address) || (SAFE_LINK.test(address) && parsed(address) !== null);
}

/** A picture that carries its own bytes; showing it asks nobody for anything. */
export function isInlinePicture(address: string): boolean {
  return address.length <= LARGEST_PICTURE && PICTURE.test(address);
}

/** A file that this server keeps, addressed as the page itself does; nobody else hears of it. */
export function isOwnPicture(address: string): boolean {
  return /^files\/[\w-]{1,128}$/.test(address);
}

/** The host an address leads to, or null when it names none. */
export function hostOf(address: string): string | null {
  return /^https?:\/\//i.test(address) ? (parsed(address)?.host ?? null) : null;
}

/** The host to be named behind a label that looks as if it led to another one. */
export function hostToShow(href: string, label: string): string | null {
  // Most links are plain; an address is only taken apart if there is something to compare.
  if (/^mailto:/i.test(href) || (href === label && !href.includes("@"))) return null;
  const url = parsed(href);
  if (url === null || url.host === "") return null;
  if (url.username !== "" || url.password !== "") return url.host;
  const claimed = LIKE_AN_ADDRESS.exec(label)?.[0].trim();
  if (claimed === undefined) return null;
  const host = parsed(claimed.includes("://") ? claimed : `http://${claimed}`)?.hostname;
  return host !== undefined && isWithin(url.hostname, withoutWww(host)) ? null : url.host;
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

function withoutWww(host: string): string {
  return host.replace(/^www\./, "");
}

function parsed(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
