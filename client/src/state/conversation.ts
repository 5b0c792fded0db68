/**
 * A conversation as plain data, and what each event does to it: the same rules
 * as gptchat/conversation.py, proved by the same cases.
 *
 * It knows neither Svelte nor the socket. Nodes are changed in place, so that a
 * delta costs what the delta costs; whoever shows them is told what changed.
 */
import type { Event, FinishEvent, Node, RunInfo, Snapshot } from "../wire/protocol.gen";
import { apply, settle } from "./deltas";

/** How far a message that this page has made has come on its way to the server. */
export type Delivery =
  | { state: "sending" }
  /** The connection is down; it goes out, once and in order, when it is back. */
  | { state: "waiting" }
  /** Not sent; `sentence` says why. `chat.retry(id)` and `chat.discard(id)` are the ways on. */
  | { state: "failed"; sentence: string };

/** One message for the view. Reading `node` or `version` is being told of each change. */
export interface NodeView {
  readonly node: Node;
  /** Reactive: another number after each change. */
  readonly version: number;
  /** Reactive: another number when text was replaced rather than grown; begin anew then. */
  readonly replaced: number;
  /** Reactive: for a message of this page that the server has not confirmed; else null. */
  readonly delivery: Delivery | null;
}

/** One user message and everything that answers it. */
export interface Turn {
  /** Key: the id of the user node, or of the first node. */
  id: string;
  user: NodeView | null;
  /** Assistant and tool nodes, in order. */
  parts: NodeView[];
  /** A run is at work on this turn, and the turn is the last. */
  active: boolean;
  /** The person has pressed Stop and the server has not answered yet: shown as stopped. */
  stopping: boolean;
}

export interface ConversationState {
  nodes: Map<string, Node>;
  children: Map<string | null, string[]>;
  leaf: string | null;
  /** Runs that have not ended. */
  runs: Map<string, RunInfo>;
}

/** What an event touched: a node (and whether by growing alone), or the shape of the whole. */
export interface Touch {
  id: string | null;
  grown: boolean;
  shape: boolean;
}

const NOTHING: Touch = { id: null, grown: false, shape: false };
const SHAPE: Touch = { id: null, grown: false, shape: true };

export function emptyConversation(): ConversationState {
  return { nodes: new Map(), children: new Map(), leaf: null, runs: new Map() };
}

export function fromSnapshot(snapshot: Snapshot): ConversationState {
  const state = emptyConversation();
  for (const node of snapshot.nodes) insert(state, node);
  for (const run of snapshot.runs) state.runs.set(run.id, run);
  state.leaf = snapshot.leaf;
  return state;
}

export function change(state: ConversationState, event: Event): Touch {
  switch (event.type) {
    case "message":
      return put(state, event.node);
    case "delta": {
      const node = state.nodes.get(event.id);
      if (node === undefined) return NOTHING;
      node.message = apply(node.message, event.delta);
      return { id: event.id, grown: true, shape: false };
    }
    case "finish":
      return finish(state, event);
    case "run":
      if (event.run.state === "ended") state.runs.delete(event.run.id);
      else state.runs.set(event.run.id, event.run);
      return SHAPE;
    case "select":
      state.leaf = event.leaf;
      return SHAPE;
    case "remove":
      return remove(state, event.id);
    default:
      // An event of a newer server, or `stale`, which the wire resolves.
      return NOTHING;
  }
}

/** Create a message, or replace the one of the same id where it stands. */
export function put(state: ConversationState, node: Node): Touch {
  const known = state.nodes.get(node.id);
  if (known !== undefined) {
    state.nodes.set(node.id, { ...node, parent: known.parent });
    const shape = known.message["role"] !== node.message["role"];
    return { id: node.id, grown: false, shape };
  }
  insert(state, node);
  if (state.leaf === node.parent) state.leaf = node.id;
  return { id: node.id, grown: false, shape: true };
}

function insert(state: ConversationState, node: Node): void {
  state.nodes.set(node.id, node);
  const siblings = state.children.get(node.parent);
  if (siblings === undefined) state.children.set(node.parent, [node.id]);
  else siblings.push(node.id);
}

function finish(state: ConversationState, event: FinishEvent): Touch {
  const node = state.nodes.get(event.id);
  if (node === undefined) return NOTHING;
  node.status = event.status;
  node.finished = event.at;
  if (event.error !== undefined) node.error = event.error;
  const [message, beside] = settle(node.message, node.id);
  node.message = message;
  Object.assign(node, beside);
  return { id: event.id, grown: true, shape: false };
}

function remove(state: ConversationState, id: string): Touch {
  const node = state.nodes.get(id);
  if (node === undefined || (state.children.get(id)?.length ?? 0) > 0) return NOTHING;
  state.nodes.delete(id);
  const siblings = state.children.get(node.parent) ?? [];
  state.children.set(
    node.parent,
    siblings.filter((other) => other !== id),
  );
  if (state.leaf === id) state.leaf = node.parent;
  return SHAPE;
}

/** The nodes from the root to `leaf`. */
export function path(state: ConversationState, leaf: string | null = state.leaf): Node[] {
  const nodes: Node[] = [];
  for (let at = leaf; at !== null; ) {
    const node = state.nodes.get(at);
    if (node === undefined) break;
    nodes.push(node);
    at = node.parent;
  }
  return nodes.reverse();
}

/** The versions of one message: what else was said, or answered, in its place. */
export function siblings(state: ConversationState, id: string): string[] {
  const node = state.nodes.get(id);
  if (node === undefined) return [id];
  const said = node.message["role"] === "user";
  return (state.children.get(node.parent) ?? []).filter(
    (other) => (state.nodes.get(other)?.message["role"] === "user") === said,
  );
}
