/**
 * What travels by HTTP: snapshots, single long messages, long content, the list of chats
 * and what is found in them, the page's configuration. Addresses are below the page's base, whatever prefix that is.
 */
import type {
  ContentAnswer,
  ConversationsAnswer,
  NodeAnswer,
  PageConfig,
  PersonInfo,
  SearchAnswer,
  Snapshot,
} from "./protocol.gen";

/** The JSON in the page, or the same from `api/config` while Vite serves the page. */
export interface PageInfo {
  protocol: number;
  version: string;
  /** The program is being written: it starts anew with every edit. */
  dev: boolean;
  config: PageConfig;
  /** Whom the page is for, where people sign in. */
  person?: PersonInfo;
}

/** The server answered, and it was no. */
export class HttpRefusal extends Error {
  constructor(
    readonly status: number,
    path: string,
  ) {
    super(`The server answered ${status} to ${path}.`);
  }
}

const PATIENCE_MS = 20_000;

async function json<T>(path: string, init: RequestInit = {}): Promise<T> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch(new URL(path, document.baseURI), {
    ...init,
    signal: init.signal ? AbortSignal.any([init.signal, patience]) : patience,
    cache: "no-store",
  });
  if (!answer.ok) throw new HttpRefusal(answer.status, path);
  return (await answer.json()) as T;
}

const conversation = (id: string): string => `api/conversations/${encodeURIComponent(id)}`;

export const fetchSnapshot = (id: string): Promise<Snapshot> => json(conversation(id));

export const fetchNode = (id: string, message: string): Promise<NodeAnswer> =>
  json(`${conversation(id)}/messages/${encodeURIComponent(message)}`);

/** A page of the list of chats: `after` is the `next` of the page before it. */
export function fetchConversations(after: string | null, limit: number): Promise<ConversationsAnswer> {
  const asked = new URLSearchParams({ limit: String(limit) });
  if (after !== null) asked.set("after", after);
  return json(`api/conversations?${asked.toString()}`);
}

export const fetchFound = (words: string, signal: AbortSignal): Promise<SearchAnswer> =>
  json(`api/search?${new URLSearchParams({ q: words }).toString()}`, { signal });

/** Content too long for the socket. The header keeps other sites' forms from posting here. */
export const postContent = (content: string): Promise<ContentAnswer> =>
  json("api/contents", {
    method: "POST",
    headers: { "Content-Type": "text/plain; charset=utf-8", "X-Gptchat": "1" },
    body: content,
  });

/** End this browser's session. */
export async function postSignOut(): Promise<void> {
  const address = new URL("api/sign-out", document.baseURI);
  const answer = await fetch(address, { method: "POST", headers: { "X-Gptchat": "1" } });
  if (!answer.ok) throw new HttpRefusal(answer.status, address.pathname);
}

/** Whether the server is there and does not know this browser any more. */
export async function isSignedOut(): Promise<boolean> {
  try {
    return (await fetch(new URL("api/config", document.baseURI), { cache: "no-store" })).status === 401;
  } catch {
    return false;
  }
}

export function pageInfo(): Promise<PageInfo> {
  const injected = document.getElementById("gptchat-config")?.textContent.trim() ?? "";
  return injected === "" ? json("api/config") : Promise.resolve(JSON.parse(injected) as PageInfo);
}

/** Whether the error of a program that cannot be started is served instead of the page. */
export async function isBroken(): Promise<boolean> {
  try {
    const answer = await fetch(document.baseURI, { cache: "no-store" });
    return answer.headers.has("X-Gptchat-Error");
  } catch {
    return false;
  }
}
