/**
 * Where this page stands in the numbered log of one conversation: the rule that
 * makes loss and repetition impossible, as a pure state machine.
 *
 *     seq ≤ last: drop      seq = last + 1: apply      otherwise: sync
 *
 * It decides; asking the server is the business of reader.ts, and what an event
 * does is the business of state/conversation.ts.
 */
import type { Event, EventsFrame, SyncAnswer } from "./protocol.gen";

/** Events to apply now, in order, and whether the server must be asked for more. */
export interface Verdict {
  events: Event[];
  ask: "nothing" | "sync" | "snapshot";
}

interface Held {
  /** An answer as of an earlier seq does not hold what was missed. */
  since: number;
  events: { seq: number; event: Event }[];
}

/** Frames kept while an answer is awaited; more than this, and asking again is cheaper. */
const STASH_LIMIT = 2_000;

const touches = (event: Event): string | null => {
  if (event.type === "message") return event.node.id;
  return event.type === "delta" || event.type === "finish" ? event.id : null;
};

export class Log {
  epoch: string | null = null;
  seq = 0;
  #stash: EventsFrame[] = [];
  /** Number of the newest question; answers to older ones are superseded. */
  #question = 0;
  #asking = false;
  #replacing = false;
  /** By message id: it is being fetched whole, and what happens to it meanwhile is kept here. */
  #held = new Map<string, Held>();
  /** By message id: it was fetched as of this seq, so events up to there are in it already. */
  #fetched = new Map<string, number>();

  /** A sync, or a snapshot (`replacing`: until it comes, nothing can be applied), is asked for. */
  ask(replacing = false): number {
    this.#asking = true;
    this.#replacing = replacing || this.#replacing;
    return ++this.#question;
  }

  /** Whether `question` is still the newest, so that its failure matters. */
  isCurrent(question: number): boolean {
    return question === this.#question;
  }

  receive(frame: EventsFrame): Verdict {
    const inOrder = frame.epoch === this.epoch && frame.seq <= this.seq + 1;
    if (inOrder && !this.#replacing)
      return { events: this.#take(frame.seq, frame.events), ask: "nothing" };
    // Not asking yet: what is asked for now was committed after this frame, and holds it.
    if (!this.#asking) return { events: [], ask: "sync" };
    if (this.#stash.length < STASH_LIMIT) this.#stash.push(frame);
    return { events: [], ask: "nothing" };
  }

  /** The answer to question number `question`, or null if a newer question has been asked since. */
  answered(question: number, answer: SyncAnswer): Verdict | null {
    if (question !== this.#question) return null;
    const first = answer.seq - answer.events.length + 1;
    if (this.epoch === null && first === 1) this.epoch = answer.epoch;
    if (answer.epoch !== this.epoch || first > this.seq + 1) return { events: [], ask: "snapshot" };
    return this.#drain(this.#take(first, answer.events));
  }

  /** A snapshot was taken up. Syncing from there comes next. */
  restarted(question: number, epoch: string, seq: number): boolean {
    if (question !== this.#question) return false;
    this.epoch = epoch;
    this.seq = seq;
    this.#replacing = false;
    this.#held.clear();
    this.#fetched.clear();
    return true;
  }

  /** Message `id` is about to be fetched whole; what happens to it from now on must wait. */
  hold(id: string): void {
    if (!this.#held.has(id)) this.#held.set(id, { since: this.seq, events: [] });
  }

  /**
   * Message `id` came whole, as of `seq`: the events that go on from there, or null
   * if the answer is older than what made it necessary.
   */
  fetched(id: string, seq: number): Event[] | null {
    const held = this.#held.get(id);
    if (held === undefined || seq < held.since) return null;
    this.#held.delete(id);
    if (seq > this.seq) this.#fetched.set(id, seq);
    return held.events.filter((each) => each.seq > seq).map((each) => each.event);
  }

  /** Message `id` cannot be had: what waited for it has nothing to join. */
  release(id: string): void {
    this.#held.delete(id);
  }

  #take(first: number, events: Event[]): Event[] {
    const fresh = events.slice(Math.max(0, this.seq + 1 - first));
    return fresh.filter((event) => {
      this.seq += 1;
      if (event.type === "stale") this.#missed(event.id);
      return this.#mayApply(event);
    });
  }

  /** A change of message `id` went by unseen just now: only a later answer holds it. */
  #missed(id: string): void {
    this.#held.set(id, { since: this.seq, events: this.#held.get(id)?.events ?? [] });
  }

  #mayApply(event: Event): boolean {
    const id = touches(event);
    if (id === null) return true;
    const held = this.#held.get(id);
    if (held !== undefined) {
      held.events.push({ seq: this.seq, event });
      return false;
    }
    const known = this.#fetched.get(id);
    if (known === undefined) return true;
    if (this.seq > known) this.#fetched.delete(id);
    return this.seq > known;
  }

  #drain(events: Event[]): Verdict {
    this.#asking = false;
    this.#replacing = false;
    const stash = this.#stash.sort((a, b) => a.seq - b.seq);
    this.#stash = [];
    let ask: Verdict["ask"] = "nothing";
    for (const frame of stash) {
      // What does not fit is not kept: the sync it causes brings it again.
      const verdict = this.receive(frame);
      events = events.concat(verdict.events);
      if (verdict.ask !== "nothing") ask = verdict.ask;
    }
    return { events, ask };
  }
}
