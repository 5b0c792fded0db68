/**
 * What the page does when it is left and looked at again: before it may be gone, the drafts are
 * written down, unsent messages with them; when it is back, it asks what it missed.
 */
import type { Chats } from "./chats.svelte";
import type { Composer } from "./composer.svelte";
import { type Draft, joined } from "./draft";
import type { Leaving } from "./leaving";
import type { Room } from "./room.svelte";

export function watchPage(
  composer: Composer,
  chats: Chats,
  sync: () => void,
  leaving: Leaving,
): void {
  const keep = (): void => {
    if (!leaving.done) composer.save(joined([...unsent(chats.screen.room), composer.draft]));
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") return keep();
    composer.save();
    sync();
    chats.history.turnDay();
    chats.look();
  });
  addEventListener("online", sync);
  addEventListener("pagehide", () => {
    keep();
    for (const room of leaving.done ? [] : chats.screen.others) {
      const kept = unsent(room);
      if (kept.length > 0) composer.putBack(room.id, kept);
    }
  });
}

/** What was said in a chat and has not left the page. */
const unsent = ({ intents }: Room): (Draft | null)[] =>
  intents.all.filter(({ delivery }) => delivery !== "sending").map(({ draft }) => draft);
