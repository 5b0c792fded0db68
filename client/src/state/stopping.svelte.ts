/**
 * Stop, before the server has said so: the runs that count as stopped at once, and
 * the late words of theirs that must not move on the screen any more.
 *
 * Late words are kept, not lost: the server may have them in the message it
 * stopped, so they join it when its own `finish` arrives.
 */
import type { Event, RunInfo } from "../wire/protocol.gen";
import type { ConversationState } from "./conversation";

export class Stopping {
  #runs = $state.raw<ReadonlySet<string>>(new Set());
  #late = new Map<string, Event[]>();

  get any(): boolean {
    return this.#runs.size > 0;
  }

  has(run: RunInfo): boolean {
    return this.#runs.has(run.id);
  }

  stop(runs: Iterable<RunInfo>): void {
    this.#runs = new Set([...this.#runs, ...[...runs].map((run) => run.id)]);
  }

  /** The events to apply now; late words wait for the word that ends them. */
  filter(events: Event[], state: ConversationState): Event[] {
    if (!this.any) return events;
    return events.flatMap((event) => this.#admit(event, state));
  }

  /** Everything that waits, when the stop came to nothing. */
  release(): Event[] {
    const late = [...this.#late.values()].flat();
    this.#late.clear();
    this.#runs = new Set();
    return late;
  }

  #admit(event: Event, state: ConversationState): Event[] {
    if (event.type === "delta" && this.#isLate(event.id, state)) {
      this.#late.set(event.id, [...(this.#late.get(event.id) ?? []), event]);
      return [];
    }
    if (event.type === "finish") return [...this.#taken(event.id), event];
    if (event.type === "run" && event.run.state === "ended") this.#ended(event.run.id);
    return [event];
  }

  #isLate(id: string, state: ConversationState): boolean {
    const run = state.nodes.get(id)?.run;
    return run !== undefined && this.#runs.has(run);
  }

  #taken(id: string): Event[] {
    const late = this.#late.get(id) ?? [];
    this.#late.delete(id);
    return late;
  }

  #ended(run: string): void {
    this.#runs = new Set([...this.#runs].filter((id) => id !== run));
  }
}
