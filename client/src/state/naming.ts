/** What a chat is called until somebody names it: the beginning of what was said first. */
import type { Turn } from "./conversation";

const LONGEST = 40;

export function nameOf(turns: readonly Turn[]): string | null {
  const content = turns.find((turn) => turn.user !== null)?.user?.node.message["content"];
  if (typeof content !== "string") return null;
  const line = content.trim().split("\n", 1)[0] ?? "";
  if (line === "") return null;
  const letters = [...line];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join("").trimEnd()}…` : line;
}
