/**
 * The person's chats, as the sidebar lists them: as many pages as were asked for, kept level
 * with what every other page of this person does.
 *
 * It fetches and sorts. What a person does to a chat, and what that says to the server, is
 * keeping.ts's business; which chat is on screen, screen.svelte.ts's.
 */
import type { ConversationInfo, ConversationsAnswer, ConversationsFrame } from "../wire/protocol.gen";
import { days, grouped, startOfDay } from "./calendar";

export type FetchPage = (after: string | null, limit: number) => Promise<ConversationsAnswer>;

const PAGE = 50;
/** The server gives no more at once. */
const LARGEST_PAGE = 100;
/** So many chats are fetched anew after a lost connection; what is below them, when it is scrolled to. */
const MOST_AGAIN = 500;

const byPlace = (a: ConversationInfo, b: ConversationInfo): number =>
  (b.pinned ?? 0) - (a.pinned ?? 0) || b.updated - a.updated || (a.id < b.id ? 1 : -1);

export class History {
  #known = $state.raw<ReadonlyMap<string, ConversationInfo>>(new Map());
  /** The page after those that are here; null: there is none. */
  #next = $state.raw<string | null>(null);
  /** The last chat of the last page: what is older comes with its own page. */
  #edge = $state.raw<ConversationInfo | null>(null);
  #today = $state(startOfDay(Date.now()));
  #fetch: FetchPage;
  #question = 0;
  /** What changed while an answer is awaited: it is newer than the answer. */
  #since: ConversationsFrame[] = [];
  #pages = 0;
  #midnight: ReturnType<typeof setTimeout> | undefined;

  /** The first page has come. */
  loaded = $state(false);
  loading = $state(false);
  /** The list, or its next page, could not be had. */
  failed = $state(false);

  /** Pinned ones first, then those in which something was said last. */
  readonly chats: readonly ConversationInfo[] = $derived.by(() =>
    [...this.#known.values()].filter((chat) => this.#isWithin(chat)).sort(byPlace),
  );

  readonly groups = $derived.by(() => grouped(this.chats, this.#today));

  constructor(fetch: FetchPage) {
    this.#fetch = fetch;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  get(id: string): ConversationInfo | undefined {
    return this.#known.get(id);
  }

  /** Take the list anew, as much of it as was here: at the start, and when something may have been missed. */
  async load(): Promise<void> {
    this.turnDay();
    const wanted = Math.min(MOST_AGAIN, Math.max(PAGE, this.#pages * PAGE));
    await this.#ask(async () => {
      let page = await this.#fetch(null, Math.min(LARGEST_PAGE, wanted));
      const all = [...page.conversations];
      while (page.next !== null && all.length < wanted) {
        page = await this.#fetch(page.next, LARGEST_PAGE);
        all.push(...page.conversations);
      }
      this.#pages = Math.ceil(all.length / PAGE);
      return { known: new Map(), page: { conversations: all, next: page.next } };
    });
  }

  async more(): Promise<void> {
    const after = this.#next;
    if (after === null || this.loading) return;
    await this.#ask(async () => {
      const page = await this.#fetch(after, PAGE);
      this.#pages += 1;
      return { known: this.#known, page };
    });
  }

  /** What changed on this page or another. */
  take(frame: ConversationsFrame): void {
    if (this.loading) this.#since.push(frame);
    const known = new Map(this.#known);
    for (const id of frame.removed) known.delete(id);
    for (const chat of frame.changed) known.set(chat.id, chat);
    this.#known = known;
  }

  /** The page is looked at again, or the day is over: today may be another day. */
  turnDay(): void {
    this.#today = startOfDay(Date.now());
    clearTimeout(this.#midnight);
    this.#midnight = setTimeout(() => this.turnDay(), days(this.#today, 1) - Date.now());
  }

  /** Whether its place is among the pages that are here. */
  #isWithin(chat: ConversationInfo): boolean {
    const edge = this.#edge;
    return this.#next === null || edge === null || chat.pinned !== undefined || byPlace(chat, edge) <= 0;
  }

  async #ask(
    answer: () => Promise<{ known: ReadonlyMap<string, ConversationInfo>; page: ConversationsAnswer }>,
  ): Promise<void> {
    const question = ++this.#question;
    this.loading = true;
    this.failed = false;
    this.#since = [];
    try {
      const { known, page } = await answer();
      if (question === this.#question) this.#answered(known, page);
    } catch {
      if (question === this.#question) this.failed = true;
    }
    if (question === this.#question) this.loading = false;
  }

  #answered(known: ReadonlyMap<string, ConversationInfo>, page: ConversationsAnswer): void {
    const all = new Map(known);
    for (const chat of page.conversations) all.set(chat.id, chat);
    this.#known = all;
    this.#next = page.next;
    this.#edge = page.conversations.at(-1) ?? this.#edge;
    this.loaded = true;
    const since = this.#since;
    this.loading = false;
    for (const frame of since) this.take(frame);
  }
}
