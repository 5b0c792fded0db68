/**
 * Which chat the address names: `/` a new one, `/c/<id>` that one, below whatever
 * path the page lives at. The only file that touches the browser's history.
 */
const base = (): string => new URL(document.baseURI).pathname;

export function readAddress(): string | null {
  const rest = location.pathname.slice(base().length);
  const named = /^c\/([^/]+)\/?$/.exec(rest)?.[1];
  return named === undefined ? null : decodeURIComponent(named);
}

const addressOf = (conversation: string | null): string =>
  base() + (conversation === null ? "" : `c/${encodeURIComponent(conversation)}`);

export function go(conversation: string | null): void {
  if (readAddress() !== conversation) history.pushState(null, "", addressOf(conversation));
}

/** Go there as a link or Back would: whoever shows chats is told by the browser's own word. */
export function follow(conversation: string | null): void {
  go(conversation);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** The same place under its proper name: Back does not come here twice. */
export function rename(conversation: string | null): void {
  history.replaceState(null, "", addressOf(conversation));
}
