/**
 * The page's own reducers, asked by test_reducer_parity.py: one log a line in, what became
 * of it a line out. Knows nothing of how logs are made or compared.
 */
import { createInterface } from "node:readline";
import {
  change,
  emptyConversation,
  path,
} from "../../client/src/state/conversation";
import { apply, compose, settle, textLength } from "../../client/src/state/deltas";
import type { Event, Message, NormalDelta } from "../../client/src/wire/protocol.gen";

interface DeltaLog {
  kind: "deltas";
  start: Message;
  deltas: NormalDelta[];
}

interface ConversationLog {
  kind: "conversation";
  events: Event[];
}

function replayDeltas({ start, deltas }: DeltaLog): unknown {
  const streaming = deltas.reduce(apply, start);
  const composed = deltas.reduce(compose, {});
  const [settled, reason] = settle(streaming, "m");
  return { streaming, composed, settled, reason, length: textLength(streaming) };
}

function replayConversation({ events }: ConversationLog): unknown {
  const state = emptyConversation();
  for (const event of events) change(state, event);
  return {
    nodes: [...state.nodes.values()],
    children: [...state.children].filter(([, ids]) => ids.length > 0),
    leaf: state.leaf,
    runs: [...state.runs.values()],
    path: path(state).map((node) => node.id),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const log = JSON.parse(line) as DeltaLog | ConversationLog;
  const became = log.kind === "deltas" ? replayDeltas(log) : replayConversation(log);
  process.stdout.write(`${JSON.stringify(became)}\n`);
}
