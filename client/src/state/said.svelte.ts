/**
 * A word about something a person just did ("Copied."), for those who hear the page.
 *
 * Components say it here; the one live region that is read aloud (view/Announcer.svelte) shows it.
 */

class Said {
  text = $state("");
  /** Counted up with each word: the same word twice is said twice. */
  count = $state(0);

  say(text: string): void {
    this.text = text;
    this.count += 1;
  }
}

export const said = new Said();
