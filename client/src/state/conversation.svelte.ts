/**
 * The conversation as the page sees it: one live object per message, and turns.
 *
 * A delta wakes only who shows its message, at the cost of the delta. What events
 * do is conversation.ts's business; what the person is about to do is chat's.
 */
import type { Event, Message, Node, Snapshot } from "../wire/protocol.gen";
import {
  change,
  emptyConversation,
  fromSnapshot,
  path,
  put,
  siblings,
  type ConversationState,
  type Delivery,
  type NodeView,
  type Touch,
} from "./conversation";
import { textLength } from "./deltas";

/** A message in the page. It stays the same object while the message lives. */
export class LiveNode implements NodeView {
  #node: Node;
  #version = $state(0);
  #replaced = $state(0);
  delivery = $state.raw<Delivery | null>(null);

  constructor(node: Node, delivery: Delivery | null = null) {
    this.#node = node;
    this.delivery = delivery;
  }

  get node(): Node {
    void this.#version;
    return this.#node;
  }

  get version(): number {
    return this.#version;
  }

  get replaced(): number {
    return this.#replaced;
  }

  /** Show `node` from now on. What was shown stays on screen if it only went on. */
  become(node: Node, grown: boolean): void {
    const before = this.#node.message;
    this.#node = node;
    if (!grown && !goesOn(before, node.message)) this.#replaced += 1;
    this.#version += 1;
  }
}

const goesOn = (before: Message, after: Message): boolean =>
  typeof before["content"] === "string" &&
  typeof after["content"] === "string" &&
  after["content"].startsWith(before["content"]);

export class LiveConversation {
  #state: ConversationState = emptyConversation();
  #live = new Map<string, LiveNode>();
  /** Another number after each change of the tree, the leaf or the runs. */
  #shape = $state(0);

  /** Plain data; reading it makes a reader depend on the shape, not on the texts. */
  get state(): ConversationState {
    void this.#shape;
    return this.#state;
  }

  /** Apply events in order. Returns the ids of messages whose text is not what it should be. */
  apply(events: Event[]): string[] {
    const torn: string[] = [];
    for (const event of events) {
      this.#touched(change(this.#state, event));
      if (event.type !== "finish") continue;
      const node = this.#state.nodes.get(event.id);
      if (node !== undefined && textLength(node.message) !== event.length) torn.push(event.id);
    }
    return torn;
  }

  put(node: Node): void {
    this.#touched(put(this.#state, node));
  }

  load(snapshot: Snapshot): void {
    this.#become(fromSnapshot(snapshot));
  }

  /** Begin anew with the messages every new chat opens with. */
  open(presets: Message[]): void {
    const state = emptyConversation();
    presets.forEach((message, index) => {
      put(state, {
        id: `preset_${index}`,
        parent: state.leaf,
        message: structuredClone(message),
        status: "done",
        created: 0,
      });
    });
    this.#become(state);
  }

  /** The live nodes from the root to `leaf` (by default, the one that is shown). */
  path(leaf?: string | null): LiveNode[] {
    return path(this.state, leaf).map((node) => this.view(node));
  }

  /** The versions of message `id`, and which of them it is. */
  versions(id: string): { index: number; ids: string[] } {
    const ids = siblings(this.state, id);
    return { index: ids.indexOf(id), ids };
  }

  view(node: Node): LiveNode {
    const known = this.#live.get(node.id);
    if (known !== undefined) return known;
    const live = new LiveNode(node);
    this.#live.set(node.id, live);
    return live;
  }

  /** A message that another object showed before the server knew it goes on in that object. */
  adopt(live: LiveNode): void {
    this.#live.set(live.node.id, live);
  }

  #touched({ id, grown, shape }: Touch): void {
    const node = id === null ? undefined : this.#state.nodes.get(id);
    if (node !== undefined) this.#live.get(node.id)?.become(node, grown);
    if (shape) this.#shape += 1;
  }

  /** Whoever shows a message goes on showing it if it is still there. */
  #become(state: ConversationState): void {
    this.#state = state;
    for (const [id, live] of this.#live) {
      const node = state.nodes.get(id);
      if (node === undefined) this.#live.delete(id);
      else live.become(node, false);
    }
    this.#shape += 1;
  }
}
