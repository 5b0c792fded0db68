/**
 * A word about something a person just did ("Copied."), for those who hear the page.
 *
 * Components say it here; the one live region that is read aloud (view/Announcer.svelte) shows it.
 */

class Said {
  text = $state("");

  say(text: string): void {
    // The same word twice is said twice: a reader hears only what has changed.
    this.text = this.text === text ? `${text}\u00a0` : text;
  }
}

export const said = new Said();
