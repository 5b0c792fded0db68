/**
 * The tool and function calls of a turn, each joined with its result.
 *
 * Pure. Results are matched by the id of their call, in the old form by name and order, wherever
 * in the turn they stand. How a call looks is the view's business.
 */
import type { Message, Node } from "../wire/protocol.gen";

export type CallState = "preparing" | "running" | "done" | "failed" | "stopped" | "unanswered";

export interface CallView {
  /** Stays the same while the call grows. */
  readonly key: string;
  readonly name: string;
  /** The arguments as the model wrote them, perhaps not all of them yet. */
  readonly input: string;
  readonly state: CallState;
  readonly result: string | null;
  /** The message that holds the result. */
  readonly resultId: string | null;
  /** When the call began, in seconds since 1970; null when nobody knows. */
  readonly began: number | null;
  /** How long it took; null while it runs, and when nobody knows. */
  readonly seconds: number | null;
}

/** Is the turn still being answered? `stopped`: it ended because a person stopped it. */
export interface TurnState {
  readonly active: boolean;
  readonly stopped: boolean;
}

interface Asked {
  readonly node: Node;
  readonly name: string;
  readonly id: string | null;
  readonly legacy: boolean;
  readonly input: string;
  result: Node | null;
}

/** The calls of each message of a turn. A result without a call stands under its own message. */
export function callsOf(nodes: readonly Node[], turn: TurnState): Map<string, CallView[]> {
  const asked: Asked[] = [];
  for (const node of nodes) {
    const role = node.message["role"];
    if (role === "tool" || role === "function") asked.push(...answer(asked, node));
    else asked.push(...callsIn(node));
  }
  const views = new Map<string, CallView[]>();
  for (const call of asked) {
    const list = views.get(call.node.id) ?? [];
    list.push(viewOf(call, `${call.node.id}/${String(list.length)}`, turn));
    views.set(call.node.id, list);
  }
  return views;
}

function callsIn(node: Node): Asked[] {
  const calls = list(node.message["tool_calls"])
    .filter(isRecord)
    .sort(inOrder)
    .map((call) => askedBy(node, call));
  const legacy = node.message["function_call"];
  return isRecord(legacy) ? [...calls, askedBy(node, { function: legacy }, true)] : calls;
}

/** While a message streams its calls carry index and slot; afterwards they stand in that order. */
function inOrder(a: Message, b: Message): number {
  return number(a["index"]) - number(b["index"]) || number(a["slot"]) - number(b["slot"]);
}

function askedBy(node: Node, call: Message, legacy = false): Asked {
  const body = [call["function"], call["custom"]].find(isRecord) ?? {};
  return {
    node,
    legacy,
    name: string(body["name"]),
    id: string(call["id"]) || null,
    input: string(body["arguments"]) || string(body["input"]),
    result: null,
  };
}

/** Give the result to the oldest call it fits; one that fits none is shown by itself. */
function answer(asked: readonly Asked[], node: Node): Asked[] {
  const open = asked.filter((call) => call.result === null);
  const id = string(node.message["tool_call_id"]);
  const name = string(node.message["name"]);
  const call =
    id !== ""
      ? open.find((each) => each.id === id)
      : (open.find((each) => each.name === name) ?? (name === "" ? open[0] : undefined));
  if (call === undefined)
    return [{ node, name, id: id || null, legacy: false, input: "", result: node }];
  call.result = node;
  return [];
}

function viewOf(call: Asked, key: string, turn: TurnState): CallView {
  const result = call.result;
  const began = beganAt(call);
  return {
    key,
    name: call.name,
    input: call.input,
    state: stateOf(call, turn),
    result: result === null ? null : contentOf(result.message),
    resultId: result?.id ?? null,
    began,
    seconds:
      result === null || began === null || result === call.node
        ? null
        : Math.max(0, result.created - began),
  };
}

/** A call begins when its message was complete, if that was known before the result came. */
function beganAt({ node, result }: Asked): number | null {
  if (node.created === 0) return null;
  const complete = node.finished ?? node.created;
  return result !== null && complete > result.created ? node.created : complete;
}

function stateOf({ node, result, input }: Asked, turn: TurnState): CallState {
  if (result?.status === "streaming" && turn.active) return "running";
  if (result !== null) return isFailure(result) ? "failed" : "done";
  if (turn.active && node.status === "streaming")
    return isComplete(input) ? "running" : "preparing";
  if (turn.active && node.status === "done") return "running";
  return turn.stopped || node.status === "stopped" ? "stopped" : "unanswered";
}

function isComplete(input: string): boolean {
  return input.trimEnd().endsWith("}") && parsed(input) !== undefined;
}

/** Longer results are not read to the end only to learn that nothing went wrong. */
const LONGEST_ERROR = 20_000;
/** How people write that something went wrong, and how Python does. */
const TELLS_OF_ERROR =
  /^\s*(?:(?:An e|E)rror\b.{0,80}?:|[\w.]{0,80}(?:Error|Exception):|Traceback \(most recent call last\):)/;

function isFailure({ message, status }: Node): boolean {
  if (status === "failed" || message["error"] === true || message["is_error"] === true) return true;
  const content = contentOf(message);
  if (TELLS_OF_ERROR.test(content)) return true;
  if (content.length > LONGEST_ERROR || !/^\s*\{[^]*"error"/.test(content)) return false;
  const value = parsed(content);
  return isRecord(value) && Boolean(value["error"]);
}

/** The words of a message, whether it holds a string or a list of parts. */
export function contentOf(message: Message): string {
  const content = message["content"];
  if (typeof content === "string") return content;
  if (!Array.isArray(content))
    return content === null || content === undefined ? "" : JSON.stringify(content);
  return content
    .filter(isRecord)
    .map((part) => string(part["text"]))
    .join("");
}

/** JSON as a value; undefined when it is none (yet). */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const string = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number => (typeof value === "number" ? value : 0);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
