/**
 * Keeps one conversation of this page level with the server's log.
 *
 * Reload, reconnect, a second tab and a lost frame are one operation: take the
 * snapshot if the log cannot help, then sync from (epoch, seq). log.ts decides,
 * this module asks. What events mean is left to its listener.
 */
import { backoff } from "./backoff";
import { HttpRefusal } from "./http";
import { Log, type Verdict } from "./log";
import type {
  Event,
  EventsFrame,
  Node,
  NodeAnswer,
  Refusal,
  Snapshot,
  SyncAnswer,
} from "./protocol.gen";
import { NoAnswer, type Line } from "./socket";

export interface ReaderListener {
  snapshot(snapshot: Snapshot): void;
  events(events: Event[]): void;
  /** A message fetched whole, because it changed by more than a socket carries. */
  node(node: Node): void;
  /** The conversation cannot be had (unknown, or someone else's). */
  gone(refusal: Refusal): void;
}

/** The two fetches it needs; tests bring their own. */
export interface Fetches {
  snapshot(conversation: string): Promise<Snapshot>;
  node(conversation: string, message: string): Promise<NodeAnswer>;
}

/** While something runs, so long without a frame means that one may have been lost. */
export const SILENCE_MS = 5_000;

const GONE: Refusal = {
  code: "gone",
  sentence: "This chat is not here. It may have been deleted, or belong to someone else.",
};

export class Reader {
  readonly conversation: string;
  #line: Line;
  #fetches: Fetches;
  #listener: ReaderListener;
  #log = new Log();
  #resting = false;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #born: boolean;

  /** `born`: the conversation began on this page, so its log is asked for from its first event. */
  constructor(
    conversation: string,
    line: Line,
    fetches: Fetches,
    listener: ReaderListener,
    born = false,
  ) {
    this.conversation = conversation;
    this.#born = born;
    this.#line = line;
    this.#fetches = fetches;
    this.#listener = listener;
  }

  /** Ask for whatever was missed. Called at the start, on reconnect, and when in doubt. */
  sync(): void {
    clearTimeout(this.#retry);
    this.#resting = false;
    if (!this.#line.online) return;
    if (this.#log.epoch === null && !this.#born) void this.#replace();
    else void this.#catchUp();
  }

  receive(frame: EventsFrame): void {
    if (this.#resting || frame.conversation !== this.conversation) return;
    this.#follow(this.#log.receive(frame));
    this.#rewatch();
  }

  /** Whether a run is at work, so that silence is suspicious. */
  set running(running: boolean) {
    if (running === this.#running) return;
    this.#running = running;
    this.#rewatch();
  }

  /** Fetch one message whole; what happens to it meanwhile waits, and is applied on top. */
  async refetch(id: string): Promise<void> {
    this.#log.hold(id);
    try {
      const { seq, node } = await this.#fetches.node(this.conversation, id);
      const since = this.#log.fetched(id, seq);
      if (since === null) return;
      this.#listener.node(node);
      this.#listener.events(since);
    } catch (error) {
      if (isRefusal(error)) this.#log.release(id);
      // Without the message, what follows would be torn: begin again from a snapshot.
      else void this.#replace();
    }
  }

  /** The chat is not on screen any more. What is known stays; `sync` goes on from there. */
  rest(): void {
    this.#resting = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
    if (!this.#line.online) return;
    this.#line.request({ type: "leave", conversation: this.conversation }).catch(() => {
      // The connection is gone, and the room with it.
    });
  }

  async #catchUp(): Promise<void> {
    const question = this.#log.ask();
    const { epoch, seq } = this.#log;
    try {
      const { conversation } = this;
      const answer = await this.#line.request({ type: "sync", conversation, epoch, seq });
      if (!this.#log.isCurrent(question)) return;
      if ("refused" in answer) return this.#refused(answer.refused as Refusal);
      if ("reset" in answer) return void this.#replace();
      const verdict = this.#log.answered(question, answer as SyncAnswer);
      this.#attempt = 0;
      if (verdict !== null) this.#follow(verdict);
      this.#rewatch();
    } catch (error) {
      this.#failed(question, error);
    }
  }

  async #replace(): Promise<void> {
    this.#born = false;
    const question = this.#log.ask(true);
    try {
      const snapshot = await this.#fetches.snapshot(this.conversation);
      if (!this.#log.restarted(question, snapshot.epoch, snapshot.seq)) return;
      this.#listener.snapshot(snapshot);
      if (!this.#resting) await this.#catchUp();
    } catch (error) {
      if (isRefusal(error)) this.#refused(GONE);
      else this.#failed(question, error);
    }
  }

  #follow(verdict: Verdict): void {
    if (verdict.events.length > 0) this.#listener.events(verdict.events);
    for (const event of verdict.events) if (event.type === "stale") void this.refetch(event.id);
    if (this.#resting) return;
    if (verdict.ask === "sync") void this.#catchUp();
    else if (verdict.ask === "snapshot") void this.#replace();
  }

  #refused(refusal: Refusal): void {
    if (refusal.code === "not_found" || refusal.code === "gone") {
      this.#listener.gone(GONE);
    } else this.#later();
  }

  #failed(question: number, error: unknown): void {
    if (!this.#log.isCurrent(question)) return;
    if (error instanceof NoAnswer) this.#line.restart();
    this.#later();
  }

  #later(): void {
    clearTimeout(this.#retry);
    if (this.#resting) return;
    this.#retry = setTimeout(() => this.sync(), backoff(this.#attempt++));
  }

  #rewatch(): void {
    clearTimeout(this.#watch);
    if (!this.#running || this.#resting) return;
    this.#watch = setTimeout(() => {
      this.sync();
      this.#rewatch();
    }, SILENCE_MS);
  }
}

/** The server was reached and said no; asking again would bring the same answer. */
const isRefusal = (error: unknown): boolean =>
  error instanceof HttpRefusal && (error.status === 404 || error.status === 403);
