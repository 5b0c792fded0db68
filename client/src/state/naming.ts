/** What a chat is called until somebody names it: the beginning of what was said first. */
import type { Turn } from "./conversation";
import { draftOf } from "./draft";

const LONGEST = 40;

export function nameOf(turns: readonly Turn[]): string | null {
  const first = turns.find((turn) => turn.user !== null)?.user;
  if (!first) return null;
  const { text, files } = draftOf(first.node.message);
  const line = (text.trim() || (files[0]?.name ?? "")).split("\n", 1)[0] ?? "";
  if (line === "") return null;
  const letters = [...line];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join("").trimEnd()}…` : line;
}
