/**
 * Which chat the address names: `/` a new one, `/c/<id>` that one, `/c/<id>#<message>` that
 * message in it, below whatever path the page lives at. The only file that touches the
 * browser's history.
 */
const base = (): string => new URL(document.baseURI).pathname;

export interface Place {
  readonly conversation: string | null;
  readonly message: string | null;
}

export function readAddress(): Place {
  const rest = location.pathname.slice(base().length);
  const named = /^c\/([^/]+)\/?$/.exec(rest)?.[1];
  if (named === undefined) return { conversation: null, message: null };
  return { conversation: decoded(named), message: decoded(location.hash.slice(1)) || null };
}

/** Below the page's base, as a link has it. */
export const linkTo = (conversation: string): string => `c/${encodeURIComponent(conversation)}`;

const addressOf = ({ conversation, message }: Place): string =>
  base() +
  (conversation === null ? "" : linkTo(conversation)) +
  (message === null ? "" : `#${encodeURIComponent(message)}`);

export function go(place: Place): void {
  const to = addressOf(place);
  if (location.pathname + location.hash !== to) history.pushState(null, "", to);
}

/** Go there as a link or Back would: whoever shows chats is told by the browser's own word. */
export function follow(conversation: string | null): void {
  go({ conversation, message: null });
  dispatchEvent(new PopStateEvent("popstate"));
}

/** The same place under its proper name: Back does not come here twice. */
export function rename(conversation: string | null): void {
  history.replaceState(null, "", addressOf({ conversation, message: null }));
}

/** Anybody may have written the address. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
