/**
 * What a person is told of the connection: nothing for two seconds, then why the
 * page waits, then for two seconds that it is back.
 */
import type { Connection, Status } from "../wire/socket";

/** A blink of the network is not worth a sentence. */
const GRACE_MS = 2_000;
const BACK_MS = 2_000;
/** The first connection is quick; only a slow one is shown. */
const FIRST_MS = 300;

export type { Status };
export type Notice = "none" | "lost" | "back" | "version" | "signed-out";

export class ConnectionState {
  status = $state<Status>("connecting");
  nextAttempt = $state<number | null>(null);
  notice = $state<Notice>("none");
  /** The first connection takes longer than a moment. */
  slow = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Worth a dot in the header. */
  get isShown(): boolean {
    return this.status === "connecting" ? this.slow : this.status !== "online" && this.notice !== "none";
  }

  /** In three words, for styles and tests. */
  get shown(): "connecting" | "online" | "offline" {
    return this.status === "connecting" || this.status === "online" ? this.status : "offline";
  }

  constructor() {
    this.#after(FIRST_MS, () => (this.slow = true));
  }

  take({ status, nextAttempt }: Connection): void {
    const was = this.status;
    this.status = status;
    this.nextAttempt = nextAttempt;
    if (status === was) return;
    if (status === "version" || status === "signed-out") this.#say(status);
    else if (status === "online") this.#connected();
    else if (was === "online" || was === "connecting") this.#after(GRACE_MS, () => this.#say("lost"));
  }

  /** The server has another build of the page by now. */
  outdated(): void {
    this.#say("version");
  }

  #connected(): void {
    clearTimeout(this.#timer);
    this.slow = false;
    if (this.notice === "signed-out") this.#say("none");
    if (this.notice !== "lost") return;
    this.#say("back");
    this.#after(BACK_MS, () => this.#say("none"));
  }

  #say(notice: Notice): void {
    clearTimeout(this.#timer);
    this.notice = notice;
  }

  #after(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }
}
