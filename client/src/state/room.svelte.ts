/**
 * One conversation as this page shows it: what the server has said, what the person
 * has asked meanwhile, and what they have stopped.
 *
 * It sends nothing. chat.svelte.ts joins it to the wire.
 */
import { untrack } from "svelte";
import type { Event, Message, Node, RunInfo, Snapshot } from "../wire/protocol.gen";
import { LiveConversation } from "./conversation.svelte";
import type { Turn } from "./conversation";
import { Intents, type Intent } from "./intents.svelte";
import { Stopping } from "./stopping.svelte";
import { turnsOf } from "./turns";

/** An accepted intent whose run is never seen (it was over at once) stops counting as work. */
const RUN_SEEN_WITHIN_MS = 2_000;
/** A stop that the server has not carried out by then has come to nothing. */
const STOPPED_WITHIN_MS = 5_000;

export class Room {
  id = $state<string | null>(null);
  /** The first snapshot is still on its way. */
  loading = $state(false);
  /** It began on this page. */
  readonly born: boolean;
  readonly conversation = new LiveConversation();
  readonly intents = new Intents();
  readonly stopping = new Stopping();
  /** The model that answers next: chosen here, or that of the newest run or answer. */
  model = $state<string | null>(null);

  readonly #path = $derived.by(() =>
    this.intents.over(this.conversation.path(), (leaf) => this.conversation.path(leaf)),
  );

  /** The runs at work on the path that is shown. */
  readonly #runs = $derived.by(() => {
    const shown = new Set(this.#path.map((view) => untrack(() => view.node.id)));
    return [...this.conversation.state.runs.values()].filter((run) => shown.has(run.parent));
  });

  /** Something answers, or is about to: the composer shows Stop. */
  readonly busy = $derived(
    this.#runs.some((run) => !this.stopping.has(run)) ||
      this.intents.underWay.some((intent) => !intent.stopped),
  );

  readonly turns: Turn[] = $derived.by(() => {
    const stopping =
      this.#runs.some((run) => this.stopping.has(run)) ||
      this.intents.underWay.some((intent) => intent.stopped);
    const work = { active: this.busy || stopping, stopping: stopping && !this.busy };
    const path = this.#path;
    // Only the shape counts here: a growing message must not cut the path anew.
    return untrack(() => turnsOf(path, work));
  });

  constructor(id: string | null, presets: Message[]) {
    this.id = id;
    this.born = id === null;
    this.loading = id !== null;
    if (id === null) this.conversation.open(presets);
  }

  /** Returns the ids of messages whose text is not what the server says it is. */
  apply(events: Event[]): string[] {
    const now = this.stopping.filter(events, this.conversation.state);
    const begun = this.#newRuns(now);
    for (const event of now) {
      if (event.type === "message") this.intents.arrived(event.node, this.conversation);
      else if (event.type === "run") this.#begun(event.run);
    }
    const torn = this.conversation.apply(now);
    if (now.some(({ type }) => type === "select")) this.model = this.#answeredLast();
    for (const run of begun) this.model = run.model ?? this.model;
    this.intents.sweep(this.conversation);
    return torn;
  }

  put(node: Node): void {
    this.intents.arrived(node, this.conversation);
    this.conversation.put(node);
    this.intents.sweep(this.conversation);
  }

  load(snapshot: Snapshot): void {
    for (const node of snapshot.nodes) this.intents.arrived(node, this.conversation);
    for (const run of snapshot.runs) this.#begun(run);
    this.#answered(snapshot);
    this.stopping.release();
    this.conversation.load(snapshot);
    this.loading = false;
    this.model = snapshot.runs.at(-1)?.model ?? this.#answeredLast();
    this.intents.sweep(this.conversation);
    for (const intent of this.intents.all) if (intent.accepted) this.#settleSoon(intent);
  }

  accepted(intent: Intent): void {
    intent.accepted = true;
    this.#settleSoon(intent);
  }

  /** Stop whatever is at work, at once for the eye. Late words wait for the server's. */
  stop(): void {
    this.stopping.stop(this.#runs);
    for (const intent of this.intents.underWay) intent.stopped = true;
    setTimeout(() => {
      if (this.stopping.any) this.conversation.apply(this.stopping.release());
    }, STOPPED_WITHIN_MS);
  }

  /** The message the person said that `id` answers, or is. */
  saidAbove(id: string): string | null {
    const above = this.conversation.path(id).findLast((view) => view.node.message["role"] === "user");
    return above?.node.id ?? null;
  }

  /** The model that gave the newest answer on the path that is shown. */
  #answeredLast(): string | null {
    const said = this.conversation.path().findLast((view) => view.node.model !== undefined);
    return said?.node.model ?? null;
  }

  /** Runs this page has not seen before; one that waited has told its model already. */
  #newRuns(events: Event[]): RunInfo[] {
    const { runs } = this.conversation.state;
    const told = events.flatMap((event) => (event.type === "run" ? [event.run] : []));
    return told.filter((run) => run.state !== "ended" && !runs.has(run.id));
  }

  #begun(run: RunInfo): void {
    const intent = this.intents.answeredBy(run);
    if (intent === undefined) return;
    intent.begun = true;
    if (intent.stopped && run.state !== "ended") this.stopping.stop([run]);
  }

  /** A message comes with its run: one that is there without has been answered already. */
  #answered({ nodes }: Snapshot): void {
    for (const { id } of nodes) {
      const intent = this.intents.get(id);
      if (intent !== undefined) intent.begun = true;
    }
  }

  #settleSoon(intent: Intent): void {
    setTimeout(() => {
      intent.begun = true;
      this.intents.sweep(this.conversation);
    }, RUN_SEEN_WITHIN_MS);
  }
}
