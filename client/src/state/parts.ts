/**
 * What an answer consists of, in the order in which it is read: thoughts, words, calls, its end.
 *
 * Pure. Calls are joined with their results by calls.ts; how a part looks is the view's business.
 */
import type { ErrorInfo, Node } from "../wire/protocol.gen";
import { type CallView, callsOf, contentOf } from "./calls";
import type { Turn } from "./conversation";

export type Part =
  | {
      readonly kind: "thought" | "words" | "refusal";
      readonly key: string;
      readonly text: string;
      /** More of it may come. */
      readonly growing: boolean;
      /** Another number when the text was replaced rather than grown. */
      readonly replaced: number;
    }
  | { readonly kind: "calls"; readonly key: string; readonly calls: readonly CallView[] }
  | { readonly kind: "note"; readonly key: string; readonly text: string }
  | {
      readonly kind: "error";
      readonly key: string;
      readonly id: string;
      readonly error: ErrorInfo | null;
    };

/** A process that was lost could tell nothing. */
const LOST = "The connection to the model was lost. The answer may be incomplete.";

const ENDS: Readonly<Record<string, string>> = {
  length: "Reached the length limit",
  content_filter: "Ended by the content filter",
};

export function partsOf(turn: Turn): Part[] {
  const nodes = turn.parts.map((view) => view.node);
  const active = turn.active && !turn.stopping;
  const stopped = turn.stopping || nodes.at(-1)?.status === "stopped";
  const calls = callsOf(nodes, { active, stopped });
  const parts = turn.parts.flatMap(({ node, replaced }) =>
    // The last words of a stopped answer come with its end, and join those that are there.
    partsOfNode(node, replaced, calls.get(node.id) ?? [], turn.active),
  );
  if (turn.stopping && nodes.at(-1)?.status !== "stopped")
    parts.push({ kind: "note", key: "stopping", text: "Stopped" });
  if (parts.length === 0 && turn.user !== null && !turn.active)
    parts.push({ kind: "note", key: "silent", text: "The assistant said nothing." });
  return parts;
}

function partsOfNode(node: Node, replaced: number, calls: CallView[], active: boolean): Part[] {
  const parts: Part[] = [];
  const growing = active && node.status === "streaming";
  const say = (kind: "thought" | "words" | "refusal", text: string): void => {
    if (text.trim() !== "")
      parts.push({ kind, key: `${node.id}/${kind}`, text, growing, replaced });
  };
  if (node.message["role"] !== "tool" && node.message["role"] !== "function") {
    say("thought", thoughtOf(node));
    say("words", contentOf(node.message));
    say("refusal", typeof node.message["refusal"] === "string" ? node.message["refusal"] : "");
  }
  if (calls.length > 0) parts.push({ kind: "calls", key: `${node.id}/calls`, calls });
  return [...parts, ...endOf(node)];
}

/** Providers call it by two names. */
function thoughtOf({ message }: Node): string {
  const thought = message["reasoning_content"] ?? message["reasoning"];
  return typeof thought === "string" ? thought : "";
}

function endOf(node: Node): Part[] {
  const note = (text: string): Part[] => [{ kind: "note", key: `${node.id}/end`, text }];
  switch (node.status) {
    case "failed":
      return [{ kind: "error", key: `${node.id}/end`, id: node.id, error: node.error ?? null }];
    case "stopped":
      return note("Stopped");
    case "interrupted":
      return note(node.error?.sentence ?? LOST);
    default: {
      const end = ENDS[node.finish_reason ?? ""];
      return end === undefined ? [] : note(end);
    }
  }
}

/** The words of an answer as they were written, for the clipboard. */
export function wordsOf(parts: readonly Part[]): string {
  return parts
    .flatMap((part) => (part.kind === "words" || part.kind === "refusal" ? [part.text] : []))
    .join("\n\n");
}

/** Nothing on the page moves, yet the answer is not at its end: a dot says so. */
export function isWaiting(turn: Turn, parts: readonly Part[]): boolean {
  if (!turn.active || turn.stopping) return false;
  const last = parts.at(-1);
  if (last === undefined) return true;
  if (last.kind === "calls")
    return last.calls.every((call) => call.state !== "running" && call.state !== "preparing");
  return !("growing" in last && last.growing);
}
