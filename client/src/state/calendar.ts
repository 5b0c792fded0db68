/**
 * Under which heading a chat stands: Today, Yesterday, …, a month of this year, a year.
 *
 * Pure, in the time zone of the browser. When a day begins is for history.svelte.ts to notice.
 */
import type { ConversationInfo } from "../wire/protocol.gen";

export interface Group {
  readonly name: string;
  readonly chats: readonly ConversationInfo[];
}

const month = new Intl.DateTimeFormat("en", { month: "long" });

/** Midnight, so many days from the one that begins at `day`: not all days have 24 hours. */
export function days(day: number, count: number): number {
  const at = new Date(day);
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + count).getTime();
}

export const startOfDay = (now: number): number => days(now, 0);

/** The list cut into groups, in its own order. `today` is the time at which today began. */
export function grouped(chats: readonly ConversationInfo[], today: number): Group[] {
  const groups: { name: string; chats: ConversationInfo[] }[] = [];
  for (const chat of chats) {
    const name = chat.pinned === undefined ? headingOf(chat, today) : "Pinned";
    const last = groups.at(-1);
    if (last?.name === name) last.chats.push(chat);
    else groups.push({ name, chats: [chat] });
  }
  return groups;
}

/** A clock that is ahead says a time in the future; that is today as well. */
export function headingOf({ updated }: ConversationInfo, today: number): string {
  const at = updated * 1000;
  if (at >= today) return "Today";
  if (at >= days(today, -1)) return "Yesterday";
  if (at >= days(today, -7)) return "Previous 7 days";
  if (at >= days(today, -30)) return "Previous 30 days";
  const then = new Date(at);
  const isThisYear = then.getFullYear() === new Date(today).getFullYear();
  return isThisYear ? month.format(then) : String(then.getFullYear());
}
