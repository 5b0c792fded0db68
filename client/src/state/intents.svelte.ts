/**
 * What the person has asked for and the server has not shown yet.
 *
 * The page shows an intent at once, laid over the path the server knows; it goes
 * when the server's own word has arrived. Delivering it is wire/outbox.ts's business.
 */
import type { Node, RunInfo } from "../wire/protocol.gen";
import type { Delivery } from "./conversation";
import { type Draft, draftOf, messageOf } from "./draft";
import { LiveNode, type LiveConversation } from "./conversation.svelte";

export type Kind = "send" | "edit" | "regenerate";

export class Intent {
  readonly kind: Kind;
  readonly id: string;
  /** The path is shown up to this node, then the intent's own; undefined: the whole path. */
  readonly cut: string | null | undefined;
  readonly message: LiveNode | null;
  accepted = $state(false);
  /** Its run has been seen. */
  begun = $state(false);
  /** The person pressed Stop before the server had answered. */
  stopped = $state(false);

  constructor(kind: Kind, id: string, cut: string | null | undefined, draft: Draft | null) {
    this.kind = kind;
    this.id = id;
    this.cut = cut;
    this.message = draft === null ? null : new LiveNode(unsent(id, draft), { state: "sending" });
  }

  get delivery(): Delivery["state"] {
    return this.message?.delivery?.state ?? "sending";
  }

  delivered(delivery: Delivery): void {
    if (this.message !== null) this.message.delivery = delivery;
  }

  /** The run it causes answers below this message. */
  get answers(): string | null {
    return this.kind === "regenerate" ? (this.cut ?? null) : this.id;
  }

  /** What it says: null for one that only asks again. */
  get draft(): Draft | null {
    return this.message === null ? null : draftOf(this.message.node.message);
  }
}

const unsent = (id: string, draft: Draft): Node => ({
  id,
  parent: null,
  message: messageOf(draft),
  status: "done",
  created: Date.now() / 1000,
});

export class Intents {
  #list = $state.raw<Intent[]>([]);

  get all(): readonly Intent[] {
    return this.#list;
  }

  /** Under way to the server, or there and not yet begun. */
  get underWay(): Intent[] {
    return this.#list.filter((intent) => !intent.begun && intent.delivery === "sending");
  }

  get(id: string): Intent | undefined {
    return this.#list.find((intent) => intent.id === id);
  }

  add(intent: Intent): void {
    this.#list = [...this.#list, intent];
  }

  drop(id: string): void {
    this.#list = this.#list.filter((intent) => intent.id !== id);
  }

  /** The server shows a message of ours: it goes on in the object that is on screen. */
  arrived(node: Node, conversation: LiveConversation): void {
    const message = this.get(node.id)?.message;
    if (message === null || message === undefined) return;
    conversation.adopt(message);
    message.become(node, true);
    message.delivery = null;
  }

  /** The intent that caused `run`. */
  answeredBy(run: RunInfo): Intent | undefined {
    return this.#list.find((intent) => intent.answers === run.parent);
  }

  /** Forget what the server shows by now. */
  sweep(conversation: LiveConversation): void {
    const { nodes } = conversation.state;
    const left = this.#list.filter(
      ({ begun, message, id }) => !begun || (message !== null && !nodes.has(id)),
    );
    if (left.length < this.#list.length) this.#list = left;
  }

  /** The path as the person expects it. */
  over(path: LiveNode[], upTo: (leaf: string | null) => LiveNode[]): LiveNode[] {
    let shown = path;
    for (const intent of this.#list) {
      if (intent.cut !== undefined && !this.#isShown(intent, path)) shown = upTo(intent.cut);
      const message = intent.message;
      if (message !== null && !shown.includes(message)) shown = [...shown, message];
    }
    return shown;
  }

  #isShown(intent: Intent, path: LiveNode[]): boolean {
    return intent.message !== null && path.includes(intent.message);
  }
}
